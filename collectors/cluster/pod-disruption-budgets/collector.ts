import { clusterCollector, type KubeObject } from '@/lib/collector'
import { at, count, text, textMap } from '../fields'

/** A PodDisruptionBudget: with 0 disruptions allowed it blocks a drain. */
export interface PodDisruptionBudgetFact {
  namespace: string
  name: string
  minAvailable: string | null
  maxUnavailable: string | null
  /** Null without status. */
  disruptionsAllowed: number | null
  currentHealthy: number | null
  desiredHealthy: number | null
  expectedPods: number | null
  matchLabels: Readonly<Record<string, string>>
}

/** PodDisruptionBudgets. Source: k8s-formats §16. */
export default clusterCollector({
  id: 'podDisruptionBudgets',
  title: 'PodDisruptionBudgets',
  read: {
    via: 'kube',
    group: 'policy',
    version: 'v1',
    plural: 'poddisruptionbudgets',
    kind: 'PodDisruptionBudget',
    namespaced: true,
  },
  project: (object: KubeObject): PodDisruptionBudgetFact => ({
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    minAvailable: text(at(object, 'spec', 'minAvailable')),
    maxUnavailable: text(at(object, 'spec', 'maxUnavailable')),
    disruptionsAllowed: count(at(object, 'status', 'disruptionsAllowed')),
    currentHealthy: count(at(object, 'status', 'currentHealthy')),
    desiredHealthy: count(at(object, 'status', 'desiredHealthy')),
    expectedPods: count(at(object, 'status', 'expectedPods')),
    matchLabels: textMap(at(object, 'spec', 'selector', 'matchLabels')),
  }),
  nodesOf: () => '*',
  fold: (budgets: readonly PodDisruptionBudgetFact[]) => budgets,
})
