import type { InfinibandDevice } from '@/collectors/node/infiniband/facts'
import type { VerbsFacts } from '@/collectors/node/verbs/facts'
import { portState } from './rails'

/** Kinds of character devices that an active port lacks, of those that were listed. */
export function lacksCharDevices({ name, ports }: InfinibandDevice, { uverbs, umad, issm }: VerbsFacts): string[] {
  const active = ports.filter((port) => portState(port) === 'active')
  const of = (list: VerbsFacts['umad'], port: number) =>
    list === null || list.length === 0 || list.some((each) => each.device === name && each.port === port)
  if (active.length === 0) return []
  return [
    ...(uverbs && !uverbs.some((each) => each.device === name) ? ['uverbs'] : []),
    // A kind that no port has is a kernel without it, not a fault of one port.
    ...(active.every(({ port }) => of(umad, port)) ? [] : ['umad']),
    ...(active.every(({ port, linkLayer }) => linkLayer !== 'InfiniBand' || of(issm, port)) ? [] : ['issm']),
  ]
}

/** Character devices of the named RDMA devices, for examples. */
export function exampleVerbs(...devices: readonly string[]): VerbsFacts {
  const of = (kind: string, port: number | null) =>
    devices.map((device, at) => ({ name: `${kind}${at}`, device, port }))
  return { uverbs: of('uverbs', null), umad: of('umad', 1), issm: of('issm', 1) }
}
