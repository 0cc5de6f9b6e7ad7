import type { DaemonSetFact } from '@/collectors/cluster/daemon-sets/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { FixStep } from './check'
import { componentOf } from './components'
import { obstacles, obstacleText, reports } from './placement'
import { whyNotReady } from './pod-state'

/** Label that the upgrade controller keeps on a node (k8s-formats §4). */
export const UPGRADE_LABEL = 'nvidia.com/ofed-driver-upgrade-state'

/** What is wrong with the OFED driver container on one node. */
export interface OfedTrouble {
  subject: string
  reason: 'pod-not-ready' | 'no-daemonset' | 'upgrade-failed'
  words: string
}

/** Driver trouble of one node: no DaemonSet for its kernel, an unready pod, a failed upgrade. */
export function ofedTrouble(node: NodeFact, sets: readonly DaemonSetFact[], pods: readonly PodFact[]): OfedTrouble[] {
  if (!reports(node) || node.labels['feature.node.kubernetes.io/pci-15b3.present'] !== 'true') return []
  const own = sets.filter((each) => each.component === 'ofed-driver' && each.deleted === null)
  const failed = failedUpgrade(node)
  if (own.length > 0 && !own.some((set) => obstacles(set, node).every((each) => each.kind === 'taint'))) {
    const why = own
      .flatMap((set) => obstacles(set, node))
      .filter((each) => each.kind === 'label')
      .map(obstacleText)[0]
    return [
      ...failed,
      {
        subject: node.name,
        reason: 'no-daemonset',
        words: `no driver DaemonSet is for kernel ${node.kernel ?? 'unknown'} of ${node.name}${why ? `: ${why}` : ''}`,
      },
    ]
  }
  return [...failed, ...podTrouble(pods.filter((pod) => pod.node === node.name))]
}

/** A node whose label says that its driver upgrade failed. */
export function failedUpgrade(node: NodeFact): OfedTrouble[] {
  if (node.labels[UPGRADE_LABEL] !== 'upgrade-failed') return []
  const words = `driver upgrade failed on ${node.name} (label ${UPGRADE_LABEL})`
  return [{ subject: node.name, reason: 'upgrade-failed', words }]
}

/** Unready driver pods, wherever they are. */
export function podTrouble(pods: readonly PodFact[]): OfedTrouble[] {
  return pods
    .filter((pod) => componentOf(pod.labels)?.id === 'ofed-driver')
    .flatMap((pod) => {
      const why = whyNotReady(pod)
      return why === null
        ? []
        : [
            {
              subject: `${pod.namespace}/${pod.name}`,
              reason: 'pod-not-ready' as const,
              words: `driver pod ${pod.name}${pod.node ? ` on ${pod.node}` : ''}: ${why}`,
            },
          ]
    })
}

/** What to do, by the message of state-OFED where there is one. */
export function ofedStep(message: string | null): FixStep {
  if (message !== null && /[Pp]recompiled/.test(message))
    return {
      text: 'Use a kernel that has a precompiled image, build the image, or set spec.ofedDriver.forcePrecompiled to false',
      command: 'kubectl edit nicclusterpolicy nic-cluster-policy',
      risk: 'config',
    }
  return {
    text: 'Read the log of the driver pod: it compiles or loads the modules',
    command: 'kubectl get pods -A -l nvidia.com/ofed-driver -o wide',
    risk: 'none',
    verify: 'label network.nvidia.com/operator.mofed.wait becomes false',
  }
}
