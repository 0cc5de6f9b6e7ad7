import type { KubeObject } from '@/lib/collector'
import { fields, word } from '../fields'
import { type IpamConfig, parseIpam } from '../nad/config'

/** A SriovNetwork, SriovIBNetwork or OVSNetwork: the operator makes a NetworkAttachmentDefinition of it. */
export interface SriovNetworkFact {
  kind: string
  name: string
  namespace: string | null
  createdAt: string | null
  deletedAt: string | null
  resourceName: string | null
  /** Where the NetworkAttachmentDefinition belongs: spec.networkNamespace, else the object's own namespace. */
  targetNamespace: string | null
  ipam: IpamConfig | null
  /** True where spec.ipam is set but is no JSON object. */
  ipamInvalid: boolean
  linkState: string | null
}

/** Reads one network object of the SR-IOV operator. */
export function projectNetwork(object: KubeObject, kind: string): SriovNetworkFact {
  const spec = fields(object.spec)
  const raw = word(spec.ipam)
  const ipam = raw === null ? null : parseIpam(raw)
  return {
    kind,
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    createdAt: object.metadata.creationTimestamp ?? null,
    deletedAt: object.metadata.deletionTimestamp ?? null,
    resourceName: word(spec.resourceName),
    targetNamespace: word(spec.networkNamespace) ?? object.metadata.namespace ?? null,
    ipam,
    ipamInvalid: raw !== null && ipam === null,
    linkState: word(spec.linkState),
  }
}
