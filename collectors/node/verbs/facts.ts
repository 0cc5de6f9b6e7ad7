import type { Entry } from '../sysfs/entries'

/** A character device below /dev/infiniband that belongs to an RDMA device. */
export interface CharDevice {
  /** `uverbs3`, `umad3`, `issm3`. */
  name: string
  /** RDMA device: `mlx5_3`. */
  device: string
  /** Port; null for uverbs, which serves the whole device. */
  port: number | null
}

/** Character devices by what they are for; null: that class was not listed, so that nothing is known to be missing. */
export interface VerbsFacts {
  /** Programs send and receive through it. */
  uverbs: readonly CharDevice[] | null
  /** Management datagrams: ibping, perfquery, and device plug-ins hand it to pods. */
  umad: readonly CharDevice[] | null
  /** For a subnet manager on this port; InfiniBand only (linux drivers/infiniband/core/user_mad.c). */
  issm: readonly CharDevice[] | null
}

const FILE = /(?:^|\/)infiniband_(?:verbs|mad)\/((uverbs|umad|issm)\d{1,5})\/(ibdev|port)$/
const CLASS = /^(infiniband_(?:verbs|mad)) -> listed$/

/**
 * Reads `infiniband_verbs/uverbsN/ibdev` and `infiniband_mad/{umad,issm}N/{ibdev,port}`.
 * @param listed classes that were listed whole; of others a kind counts from two entries on, because one may have been picked.
 */
export function toVerbs(list: readonly Entry[], listed: ReadonlySet<string>): VerbsFacts {
  const found = new Map<string, { kind: string; device: string | null; port: number | null }>()
  for (const { path, value } of list) {
    if (!path.includes('infiniband_') || value === null || value === '') continue
    const [, name, kind = '', file] = FILE.exec(path) ?? []
    if (name === undefined) continue
    const one = found.get(name) ?? { kind, device: null, port: null }
    found.set(name, one)
    if (file === 'ibdev') one.device = value
    else if (/^\d{1,3}$/.test(value)) one.port = Number(value)
  }
  const of = (kind: string, of: string): CharDevice[] | null => {
    const own = [...found].flatMap(([name, one]) =>
      one.kind === kind && one.device !== null && (kind === 'uverbs' || one.port !== null)
        ? [{ name, device: one.device, port: one.port }]
        : [],
    )
    return listed.has(of) || own.length >= 2 ? own : null
  }
  return {
    uverbs: of('uverbs', 'infiniband_verbs'),
    umad: of('umad', 'infiniband_mad'),
    issm: of('issm', 'infiniband_mad'),
  }
}

/** Classes that our own read found and listed whole. */
export function listedClasses(lines: readonly string[]): Set<string> {
  return new Set(lines.flatMap((line) => CLASS.exec(line)?.[1] ?? []))
}
