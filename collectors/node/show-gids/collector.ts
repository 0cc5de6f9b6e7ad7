import { nodeCollector } from '@/lib/collector'
import { entries } from '../sysfs/entries'
import type { Gid, GidFacts } from './parse'

/** Tables of Ethernet ports only; reading an unused entry gives EINVAL, which `grep -s` skips. Zero GIDs are unused too. */
const SCRIPT = `cd "$R/sys/class/infiniband" 2>/dev/null || exit 0
for p in */ports/*; do
  grep -qs Ethernet "$p/link_layer" || continue
  grep -s -H . "$p"/gid_attrs/types/* "$p"/gid_attrs/ndevs/*
  grep -s -H -v '^0000:0000:0000:0000:0000:0000:0000:0000$' "$p"/gids/*
done
exit 0`

const PATH = /^([^/]+)\/ports\/(\d{1,3})\/(?:gid_attrs\/(types|ndevs)|gids)\/(\d{1,5})$/

/** GID tables of RoCE ports: the fact `gids`. */
export default nodeCollector({
  id: 'gids',
  title: 'RoCE GIDs (sysfs)',
  reads: { tree: { via: 'node', lane: 'fast', script: SCRIPT, maxBytes: 4 * 1024 * 1024 } },
  /** No RoCE port: `gids` is empty. */
  parse({ tree }): GidFacts {
    const found = new Map<
      string,
      { device: string; port: number; index: number; types?: string; ndevs?: string; gid?: string }
    >()
    for (const { path, value } of entries(tree.text.split('\n'))) {
      const [, device = '', port, file, index] = PATH.exec(path) ?? []
      if (port === undefined || value === null || value === '') continue
      const key = `${device}/${port}/${index}`
      const entry = found.get(key) ?? { device, port: Number(port), index: Number(index) }
      found.set(key, entry)
      if (file === 'types') entry.types = value
      else if (file === 'ndevs') entry.ndevs = value
      else entry.gid = value
    }
    const gids = [...found.values()].flatMap((entry): Gid[] =>
      entry.gid === undefined
        ? []
        : [
            {
              ...entry,
              gid: entry.gid,
              ipv4: ipv4Of(entry.gid),
              version: versionOf(entry.types),
              netdev: entry.ndevs ?? null,
            },
          ],
    )
    return {
      gids: gids.map(({ device, port, index, gid, ipv4, version, netdev }) => ({
        device,
        port,
        index,
        gid,
        ipv4,
        version,
        netdev,
      })),
      ...(tree.cut ? { complete: false } : {}),
    }
  },
})

/** `RoCE v2`, `IB/RoCE v1`. */
const versionOf = (type: string | undefined) => (type?.endsWith('v2') ? 'v2' : type?.endsWith('v1') ? 'v1' : null)

/** The address of an IPv4-mapped GID. */
function ipv4Of(gid: string): string | null {
  const match = /^(?:0000:){5}ffff:([0-9a-f]{2})([0-9a-f]{2}):([0-9a-f]{2})([0-9a-f]{2})$/.exec(gid)
  return match
    ? match
        .slice(1)
        .map((byte) => Number.parseInt(byte, 16))
        .join('.')
    : null
}
