import { type Fields, fields, flag, isFields, items, text, word } from '../fields'

/** The `ipam` part of a CNI configuration. */
export interface IpamConfig {
  type: string | null
  /** nv-ipam: pool names, comma-separated in the configuration. */
  pools: readonly string[]
  /** nv-ipam: `ippool` (default) or `cidrpool`. */
  poolType: string | null
  /** whereabouts, host-local: the range or ranges. */
  ranges: readonly string[]
}

/** A CNI configuration of a NetworkAttachmentDefinition: of a plug-in list, the first plug-in. */
export interface CniConfig {
  name: string | null
  /** The plug-in that moves the device: `ib-sriov`, `sriov`, `host-device`, `macvlan`, `ipoib`, `ovs`, … */
  type: string | null
  /** All plug-ins of the list, in order. */
  types: readonly string[]
  ipam: IpamConfig | null
  /** ib-sriov: the pod gets its own RDMA namespace; needs the nodes' RDMA mode `exclusive`. */
  rdmaIsolation: boolean | null
  ibKubernetes: boolean | null
  linkState: string | null
  pkey: string | null
  vlan: string | null
}

/** Reads the JSON of `spec.config`; null when it is not a JSON object. */
export function parseCni(json: string): CniConfig | null {
  const raw = parseObject(json)
  if (raw === null) return null
  const listed = items(raw.plugins)
  const main = Array.isArray(raw.plugins) ? fields(listed[0]) : raw
  return {
    name: word(raw.name),
    type: word(main.type),
    types: (Array.isArray(raw.plugins) ? listed : [raw]).flatMap((each) => word(each.type) ?? []),
    ipam: isFields(main.ipam) ? ipamOf(main.ipam) : null,
    rdmaIsolation: flag(main.rdmaIsolation),
    ibKubernetes: flag(main.ibKubernetesEnabled),
    linkState: word(main.link_state),
    pkey: word(main.pkey),
    vlan: text(main.vlan),
  }
}

/** Reads the JSON of SriovNetwork `spec.ipam`; null when it is not a JSON object. */
export function parseIpam(json: string): IpamConfig | null {
  const raw = parseObject(json)
  return raw === null ? null : ipamOf(raw)
}

function ipamOf(raw: Fields): IpamConfig {
  return {
    type: word(raw.type),
    pools: (word(raw.poolName) ?? '').split(',').flatMap((name) => word(name) ?? []),
    poolType: word(raw.poolType)?.toLowerCase() ?? null,
    ranges: [raw, ...items(raw.ipRanges)].flatMap((each) => word(each.range) ?? word(each.subnet) ?? []),
  }
}

function parseObject(json: string): Fields | null {
  try {
    const value: unknown = JSON.parse(json)
    return isFields(value) ? value : null
  } catch {
    return null
  }
}
