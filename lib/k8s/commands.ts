import { sh } from '@/lib/shell'

/** Shows the log of one node's SR-IOV config daemon. */
export function daemonLog(namespace: string | null | undefined, node: string): string {
  const ns = namespace ?? 'network-operator'
  return sh`kubectl -n ${ns} logs $(kubectl -n ${ns} get pods -l app=sriov-network-config-daemon --field-selector ${`spec.nodeName=${node}`} -o name) -c sriov-network-config-daemon --tail=500`
}

/** Shows the SR-IOV node state of a node. */
export function showState(namespace: string | null | undefined, node: string): string {
  return sh`kubectl -n ${namespace ?? 'network-operator'} get sriovnetworknodestates.sriovnetwork.openshift.io ${node}`
}
