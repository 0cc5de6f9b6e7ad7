import type { NetworkStatusFacts } from '@/collectors/cluster/network-status/parse'
import type { NetworkAttachment, NetworkRequest, PodFact } from '@/collectors/cluster/pods/fact'
import { podName } from './networks'

/** A running pod's networks, asked and attached; from the pod itself or from a pasted network-status. */
export interface NetworkedPod {
  /** `<namespace>/<name>`; `pod` where a paste names none. */
  name: string
  node: string | null
  /** Null: not known what was asked. */
  requested: readonly NetworkRequest[] | null
  /** Null: no annotation. */
  attached: readonly NetworkAttachment[] | null
}

/** Running pods with their networks; pods whose network-status does not parse are left out. */
export function networksOf({
  pods = [],
  networkStatus,
}: {
  pods?: readonly PodFact[]
  networkStatus?: NetworkStatusFacts
}): readonly NetworkedPod[] {
  const running = pods
    .filter(
      (pod) =>
        pod.phase === 'Running' &&
        pod.deleted === null &&
        !pod.hostNetwork &&
        !(pod.hasNetworkStatus && pod.networkStatus === null),
    )
    .map((pod) => ({ name: podName(pod), node: pod.node, requested: pod.networks, attached: pod.networkStatus }))
  if (networkStatus === undefined) return running
  // Of a list that the text ends in nobody knows whether the networks asked for would have followed.
  const requested = networkStatus.complete === false ? null : (networkStatus.requested ?? null)
  return [...running, { name: 'pod', node: null, requested, attached: networkStatus.networks }]
}

/** Networks that were asked and are not attached. An entry may lack its namespace (multus quickstart). */
export function attachedTo(pod: NetworkedPod): readonly NetworkRequest[] {
  const left = (pod.attached ?? []).filter((each) => !each.default).map((each) => each.name)
  return (pod.requested ?? []).filter((network) => {
    const at = left.findIndex((name) => name === `${network.namespace}/${network.name}` || name === network.name)
    if (at === -1) return true
    left.splice(at, 1)
    return false
  })
}
