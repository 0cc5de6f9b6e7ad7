import type { NodeMaintenanceFact } from '@/collectors/cluster/node-maintenances/collector'
import type { PodDisruptionBudgetFact } from '@/collectors/cluster/pod-disruption-budgets/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import type { Finding } from '@/lib/check'
import { minutesBetween } from './age'
import { naming } from './from-findings'
import { current, podName } from './networks'

/** k8s-formats §1 SRIOV-4: a drain that takes longer hangs. */
const DRAIN_MIN = 30

interface Around {
  budgets: readonly PodDisruptionBudgetFact[]
  pods: readonly PodFact[]
  maintenances: readonly NodeMaintenanceFact[]
  others: readonly NodeStateFact[]
  now: string | undefined
}

/** Where the operator's drain of a node stands, and who holds it up. */
export function judgeDrain(state: NodeStateFact, around: Around): Finding {
  const { node, desiredState, currentState } = state
  const pair = `desired ${desiredState ?? 'not set'}, current ${currentState ?? 'not set'}`
  const say = (status: Finding['status'], words: string): Finding => ({
    subject: node,
    status,
    summary: `${node}: ${words}`,
  })
  if (desiredState === null || desiredState === 'Idle')
    return currentState === 'Draining'
      ? say('warn', `${pair}: a drain goes on that nobody wants any more`)
      : say('pass', pair)
  const minutes = minutesBetween(state.changedAt, around.now)
  const long = minutes !== null && minutes > DRAIN_MIN
  const lasting = minutes === null ? '' : ` for ${Math.round(minutes)} min`
  if (currentState === 'Idle') {
    const holders = around.others
      .filter((each) => each !== state && each.currentState !== 'Idle' && each.currentState !== null)
      .map((each) => each.node)
    return say(
      long && holders.length === 0 ? 'fail' : 'warn',
      `${pair}: waits for a drain slot${lasting}${holders.length > 0 ? ` behind ${naming(holders)}` : ' (another node drains, or the operator pod is down)'}`,
    )
  }
  if (currentState !== 'Draining') return say('warn', `${pair}: drained, waits for its reboot${lasting}`)
  const blocker = blockers(node, around)
  if (blocker.length > 0) return say('fail', `${pair}: draining${lasting}, held up by ${naming(blocker, 3)}`)
  return say(long ? 'fail' : 'warn', `${pair}: draining${lasting}`)
}

/** Budgets that allow nothing, with the pods they protect here; and pods that a maintenance waits for. */
function blockers(node: string, { budgets, pods, maintenances }: Around): string[] {
  const here = current(pods).filter((pod) => pod.node === node)
  const tight = budgets.filter((budget) => budget.disruptionsAllowed === 0 && (budget.expectedPods ?? 1) > 0)
  const named = tight.flatMap((budget) => {
    const mine = here.filter((pod) => pod.namespace === budget.namespace && matches(budget, pod)).map(podName)
    const whom = mine.length > 0 ? `, protects ${naming(mine, 2)}` : ''
    return [`PodDisruptionBudget ${budget.namespace}/${budget.name} (disruptionsAllowed 0${whom})`]
  })
  const awaited = maintenances
    .filter((each) => each.node === node)
    .flatMap((each) => [...each.waitForCompletion, ...each.waitForEviction])
  return [...named, ...awaited.map((pod) => `pod ${pod} (NodeMaintenance waits for it)`)]
}

function matches(budget: PodDisruptionBudgetFact, pod: PodFact): boolean {
  const wanted = Object.entries(budget.matchLabels)
  return wanted.length > 0 && wanted.every(([key, value]) => pod.labels[key] === value)
}
