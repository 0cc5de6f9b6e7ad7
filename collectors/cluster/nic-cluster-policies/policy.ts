import type { KubeObject } from '@/lib/collector'
import { at, flag, isFields, items, text, time, word } from '../fields'
import { message } from '../pods/containers'
import { conditionsOf, type ObjectCondition } from '../workload'

/** One block of a policy's spec that names an image. */
export interface PolicyComponent {
  /** `nvIpam`, `secondaryNetwork.multus`. */
  path: string
  repository: string | null
  image: string | null
  version: string | null
  pullSecrets: readonly string[]
}

/** A line of status.appliedStates: `ignore` only says that the block is absent from the spec. */
export interface AppliedState {
  name: string
  state: string
  message: string | null
}

/** What we use of a NicClusterPolicy or NicNodePolicy. */
export interface NicPolicyFact {
  name: string
  uid: string | null
  created: string | null
  deleted: string | null
  generation: number | null
  /** False when the capture holds no spec at all: what is asked is then unknown. */
  hasSpec: boolean
  components: readonly PolicyComponent[]
  /** Text of rdmaSharedDevicePlugin.config, sriovDevicePlugin.config. */
  rdmaConfig: string | null
  sriovConfig: string | null
  forcePrecompiled: boolean | null
  /** ready, notReady, ignore, error; null before the operator has seen it. */
  state: string | null
  reason: string | null
  appliedStates: readonly AppliedState[]
  /** From 26.7; empty before. Ignored components have none. */
  conditions: readonly ObjectCondition[]
}

const MAX_DEPTH = 3
const MAX_CONFIG = 64 * 1024

/** Reads a NicClusterPolicy or NicNodePolicy. */
export function projectNicPolicy(object: KubeObject): NicPolicyFact {
  const spec = object.spec
  return {
    name: object.metadata.name,
    uid: object.metadata.uid ?? null,
    created: time(object.metadata.creationTimestamp),
    deleted: time(object.metadata.deletionTimestamp),
    generation: object.metadata.generation ?? null,
    hasSpec: isFields(spec),
    components: policyComponents(spec, '', 0),
    rdmaConfig: config(at(spec, 'rdmaSharedDevicePlugin', 'config')),
    sriovConfig: config(at(spec, 'sriovDevicePlugin', 'config')),
    forcePrecompiled: flag(at(spec, 'ofedDriver', 'forcePrecompiled')),
    state: word(at(object, 'status', 'state')),
    reason: message(at(object, 'status', 'reason')),
    appliedStates: items(at(object, 'status', 'appliedStates')).flatMap((each) => {
      const [name, state] = [word(each.name), word(each.state)]
      return name !== null && state !== null ? [{ name, state, message: message(each.message) }] : []
    }),
    conditions: conditionsOf(at(object, 'status', 'conditions')),
  }
}

/** Every block with an image or version, by its path in the spec. */
function policyComponents(spec: unknown, path: string, depth: number): PolicyComponent[] {
  if (!isFields(spec) || depth > MAX_DEPTH) return []
  const image = text(spec.image)
  if (path !== '' && (image !== null || text(spec.version) !== null))
    return [
      {
        path,
        repository: word(spec.repository),
        image: word(image),
        version: word(spec.version),
        pullSecrets: Array.isArray(spec.imagePullSecrets) ? spec.imagePullSecrets.map(String) : [],
      },
      ...inner(spec, path, depth),
    ]
  return inner(spec, path, depth)
}

function inner(spec: Readonly<Record<string, unknown>>, path: string, depth: number): PolicyComponent[] {
  return Object.entries(spec).flatMap(([key, value]) =>
    policyComponents(value, path === '' ? key : `${path}.${key}`, depth + 1),
  )
}

function config(value: unknown): string | null {
  const found = text(value)
  return found === null || found.length > MAX_CONFIG ? null : found
}
