import type { KubeObject } from '@/lib/collector'
import { COMPONENT_LABEL_KEYS, componentOf } from '@/lib/components'
import { at, type Fields, fields, items, text, textMap, time, word } from './fields'
import { message } from './pods/containers'
import { nodeSelector, type SelectorTerm } from './selector'

/** Fields that DaemonSets, Deployments and operators' objects share. */
export interface WorkloadBase {
  namespace: string
  name: string
  created: string | null
  deleted: string | null
  generation: number | null
  observedGeneration: number | null
  /** Id of `lib/components.ts` it belongs to; null for other workloads. */
  component: string | null
  /** Label nvidia.network-operator.state: which state of the policy made it. */
  state: string | null
  owner: { kind: string; name: string } | null
  labels: Readonly<Record<string, string>>
  /** Images of its containers, then of its init containers. */
  images: readonly string[]
  nodeSelector: Readonly<Record<string, string>>
  /** Required node affinity: terms of which one must hold; null without one. */
  requiredAffinity: readonly SelectorTerm[] | null
  tolerations: readonly Toleration[]
  serviceAccount: string | null
}

/** Null key: every taint; null effect: every effect. */
export interface Toleration {
  key: string | null
  operator: string
  value: string | null
  effect: string | null
}

/** A condition as Kubernetes objects carry it. */
export interface ObjectCondition {
  type: string
  status: string
  reason: string | null
  message: string | null
  since: string | null
}

/** Reads what all workloads have. */
export function workloadBase(object: KubeObject): WorkloadBase {
  const labels = workloadLabels(object)
  const pod = at(object, 'spec', 'template', 'spec')
  const images = [...items(at(pod, 'containers')), ...items(at(pod, 'initContainers'))].flatMap(
    (each) => word(each.image) ?? [],
  )
  const controller = items(object.metadata.ownerReferences).find((each) => each.controller === true)
  const [kind, name] = [word(controller?.kind), word(controller?.name)]
  return {
    namespace: object.metadata.namespace ?? 'default',
    name: object.metadata.name,
    created: time(object.metadata.creationTimestamp),
    deleted: time(object.metadata.deletionTimestamp),
    generation: whole(object.metadata.generation),
    observedGeneration: whole(at(object, 'status', 'observedGeneration')),
    component: componentOf(labels)?.id ?? (images.some(isMultus) ? 'multus' : null),
    state: word(labels['nvidia.network-operator.state']),
    owner: kind !== null && name !== null ? { kind, name } : null,
    labels: Object.fromEntries(Object.entries(labels).filter(([key]) => COMPONENT_LABEL_KEYS.includes(key))),
    images,
    nodeSelector: textMap(at(pod, 'nodeSelector')),
    requiredAffinity: nodeSelector(
      at(pod, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'),
    ),
    tolerations: items(at(pod, 'tolerations')).map((each) => ({
      key: word(each.key),
      operator: word(each.operator) ?? 'Equal',
      value: text(each.value),
      effect: word(each.effect),
    })),
    serviceAccount: word(at(pod, 'serviceAccountName')),
  }
}

/** Distributions ship Multus under their own labels; only its image tells. */
function isMultus(image: string): boolean {
  return /(?:^|[/-])multus(?:-cni)?(?:$|[:@-])/.test(image)
}

/** Labels of the object, its selector and its pods: charts put the telling ones on any of the three. */
function workloadLabels(object: KubeObject): Record<string, string> {
  return {
    ...textMap(at(object, 'spec', 'selector', 'matchLabels')),
    ...textMap(at(object, 'spec', 'template', 'metadata', 'labels')),
    ...textMap(object.metadata.labels),
  }
}

/** Conditions of any object's status, or of the given list. */
export function conditionsOf(list: unknown): ObjectCondition[] {
  return items(list).map((each) => ({
    type: text(each.type) ?? '',
    status: text(each.status) ?? '',
    reason: word(each.reason),
    message: message(each.message),
    since: time(each.lastTransitionTime) ?? time(each.lastUpdateTime),
  }))
}

/** A whole number ≥ 0; absent counts are 0 only where the object has a status at all. */
export function statusCount(object: KubeObject, field: string): number | null {
  const status: Fields = fields(object.status)
  if (Object.keys(status).length === 0) return null
  return whole(status[field]) ?? 0
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
