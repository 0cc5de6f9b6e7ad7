import type { Verdict } from './check'
import { sh } from './shell'

/** Verdict on a config daemon that runs nowhere, with the step that fits the reason. */
export function daemonAbsent(words: string, reason: string, namespace: string): Verdict {
  return {
    status: 'fail',
    summary: words,
    findings: [{ subject: 'sriov-network-config-daemon', status: 'fail', summary: words }],
    fix: [
      {
        text:
          reason === 'none-desired'
            ? 'Find out why the label is not set: NFD labels NICs, the network operator then sets operator.mofed.wait'
            : 'Read the events of the DaemonSet and the log of the SR-IOV operator',
        command:
          reason === 'none-desired'
            ? 'kubectl get nodes -L network.nvidia.com/operator.mofed.wait -L feature.node.kubernetes.io/pci-15b3.present'
            : sh`kubectl -n ${namespace} describe daemonset sriov-network-config-daemon`,
        risk: 'none',
        verify: 'kubectl get sriovnetworknodestates -A lists every NIC node',
      },
    ],
    reason,
  }
}
