import type { PodFact } from '@/collectors/cluster/pods/fact'
import { podName } from './networks'
import type { PfRow } from './pf-rows'

/** A VF in a pod, as the pod's network-status names it. */
export interface HeldVf {
  pci: string
  pod: string
  interface: string | null
  rdmaDevice: string | null
}

/** VFs that pods hold, in the order of the pods. */
export function heldVfs(pods: readonly PodFact[]): readonly HeldVf[] {
  return pods.flatMap((pod) =>
    (pod.networkStatus ?? []).flatMap(({ pci, rdmaDevice, interface: name }) =>
      pci === null ? [] : [{ pci, rdmaDevice, pod: podName(pod), interface: name }],
    ),
  )
}

/** VFs that more than one pod holds, with their holders. */
export function heldTwice(held: readonly HeldVf[]): readonly { pci: string; pods: readonly string[] }[] {
  const owners = new Map<string, Set<string>>()
  for (const { pci, pod } of held) owners.set(pci, (owners.get(pci) ?? new Set()).add(pod))
  return [...owners].flatMap(([pci, pods]) => (pods.size > 1 ? [{ pci, pods: [...pods] }] : []))
}

/** How many VFs of a rail pods ask, by the resources that its policies make of them. */
export function askedOf({ spec }: PfRow, pods: readonly PodFact[]): number {
  const names = new Set(spec.vfGroups.flatMap((group) => group.resourceName ?? []))
  return pods
    .flatMap((pod) => Object.entries(pod.requests))
    .reduce((sum, [name, amount]) => (names.has(name.split('/').at(-1) ?? '') ? sum + amount : sum), 0)
}
