/** A setting that slows or breaks NCCL, with what it does. */
export interface Antipattern {
  variable: string
  value: string
  words: string
}

/** What the environment is judged against. */
export interface EnvAround {
  /** Interfaces of VFs in the pod. */
  rails: readonly string[]
  linkLayer: 'InfiniBand' | 'Ethernet' | null
}

type Rule = (value: string, around: EnvAround) => string | null

const on =
  (words: string): Rule =>
  (value) =>
    /^(?:1|true|yes|on)$/i.test(value) ? words : null

/** Source: nccl.md §3, §5.2; peers.md §6.3, §8. */
const RULES: Readonly<Record<string, Rule>> = {
  NCCL_IB_DISABLE: on('switches InfiniBand and RoCE off'),
  NCCL_P2P_DISABLE: on('switches NVLink and PCIe peer-to-peer off, a left-over of debugging'),
  NCCL_SHM_DISABLE: on('switches shared memory off, a left-over of debugging'),
  NCCL_NET: (value) => (/^socket$/i.test(value) ? 'forces TCP' : null),
  NCCL_NET_GDR_LEVEL: (value) => (/^(?:0|LOC)$/i.test(value) ? 'switches GPUDirect RDMA off' : null),
  NCCL_ALGO: () => 'fixes the algorithm: NCCL chooses better per size',
  NCCL_PROTO: () => 'fixes the protocol: NCCL chooses better per size, and LL128 is not safe everywhere',
  NCCL_SOCKET_IFNAME: (value, { rails }) => {
    if (value.startsWith('^')) return null
    const names = value
      .replace(/^=/, '')
      .split(',')
      .map((each) => each.trim())
    const rail = names.find(
      (name) =>
        rails.some((each) => (value.startsWith('=') ? each === name : each.startsWith(name))) || /^ib/.test(name),
    )
    return rail ? `puts NCCL’s TCP bootstrap on rail ${rail}; it belongs on eth0` : null
  },
  NCCL_IB_GID_INDEX: (value, { linkLayer }) => {
    if (linkLayer === 'InfiniBand' && /^[1-9]/.test(value))
      return `fixes GID index ${value} on InfiniBand, where it is 0`
    if (linkLayer === 'Ethernet' && /^[01]$/.test(value))
      return `fixes GID index ${value}, which is no RoCEv2 IPv4 GID as a rule; NCCL finds it since 2.21.5`
    return null
  },
}

/** Settings of one container that slow or break NCCL. */
export function antipatterns(env: Readonly<Record<string, string | null>>, around: EnvAround): readonly Antipattern[] {
  return Object.entries(env).flatMap(([variable, value]) => {
    const words = value === null || !Object.hasOwn(RULES, variable) ? null : RULES[variable]?.(value.trim(), around)
    return words && value !== null ? [{ variable, value, words }] : []
  })
}
