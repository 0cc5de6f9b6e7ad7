import type { InfinibandFacts, InfinibandPort } from '@/collectors/node/infiniband/facts'

/** A port as `rdma link` prints it (EXPLAIN §3). */
export interface RdmaLink extends InfinibandPort {
  device: string
  /** Device index. */
  index: number | null
  subnetPrefix: string | null
  lmc: number | null
  netdev: string | null
  netdevIndex: number | null
}

export interface RdmaDevice {
  index: number | null
  name: string
  nodeType: string | null
  /** `ib`, `roce`, `iw`; null where an old tool prints none. */
  protocol: string | null
  firmware: string | null
}

export interface RdmaSystem {
  /** `shared`: all namespaces see all devices; `exclusive`: each sees its own. */
  netns: string | null
  privilegedQkey: boolean | null
  copyOnFork: boolean | null
}

/** What `rdma link`, `rdma dev` or `rdma system` says; only what was printed is there. */
export interface RdmaFacts {
  links?: readonly RdmaLink[]
  devices?: readonly RdmaDevice[]
  system?: RdmaSystem
  complete?: boolean
}

/** The fact `infiniband` from `rdma link`; null where no link was printed. */
export function infinibandOfRdma({ links, complete }: RdmaFacts): InfinibandFacts | null {
  if (links === undefined || links.length === 0) return null
  const ports = new Map<string, RdmaLink[]>()
  for (const link of links) ports.set(link.device, [...(ports.get(link.device) ?? []), link])
  return {
    devices: [...ports].map(([name, own]) => ({ name, netdev: own[0]?.netdev ?? null, ports: own })),
    ...(complete === false ? { complete: false } : {}),
  }
}

/** One link or device in fields by their printed names, whichever form they came in. */
export interface Fields {
  get(name: string): string | null
  /** False: the text ended inside it, so that a missing field says nothing. */
  whole: boolean
}

/** Words of iproute2 rdma/link.c; `UNKNOWN` and the rest of a word are none. */
const STATES = new Set(['NOP', 'DOWN', 'INIT', 'ARMED', 'ACTIVE', 'ACTIVE_DEFER'])
const PHYSICAL_STATES = new Set(
  'NOP SLEEP POLLING DISABLED ARMED LINK_UP LINK_ERROR_RECOVER PHY_TEST UNKNOWN_STATE OPA_OFFLINE OPA_TEST'.split(' '),
)

const lidOf = (fields: Fields, name: string) => count(fields.get(name))

function count(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null
}

/** A LID makes a port InfiniBand: RoCE and iWARP ports print none. */
export function toLink(device: string, port: number, index: number | null, fields: Fields): RdmaLink {
  const lid = lidOf(fields, 'lid')
  const hasLid = fields.get('lid') !== null || fields.get('subnet_prefix') !== null
  const known = (word: string | null, words: ReadonlySet<string>) => (word !== null && words.has(word) ? word : null)
  return {
    device,
    port,
    index,
    subnetPrefix: fields.get('subnet_prefix'),
    lid,
    smLid: lidOf(fields, 'sm_lid'),
    lmc: count(fields.get('lmc')),
    state: known(fields.get('state'), STATES),
    physicalState: known(fields.get('physical_state'), PHYSICAL_STATES),
    rateGbps: null,
    linkLayer: hasLid ? 'InfiniBand' : fields.whole || fields.get('state') !== null ? 'Ethernet' : null,
    netdev: fields.get('netdev'),
    netdevIndex: count(fields.get('netdev_index')),
  }
}

export function toDevice(name: string, index: number | null, fields: Fields): RdmaDevice {
  return {
    index,
    name,
    nodeType: fields.get('node_type'),
    protocol: fields.get('protocol'),
    firmware: fields.get('fw'),
  }
}
