import type { KubeObject } from '@/lib/collector'
import { sanitiseLine } from '@/lib/sanitise'
import { at, count, type Fields, fields, flag, items, text, time, word, words } from '../fields'
import { quantity } from '../quantity'
import type { ContainerState, PodContainer } from './fact'

const KEPT_ENV = /^(?:NCCL_[A-Z0-9_]+|UCX_[A-Z0-9_]+|CUDA_VISIBLE_DEVICES)$/
const NOT_OURS = /(?:^|\.)(?:kubernetes\.io|k8s\.io)\//
const MAX_MESSAGE = 1500

/** All containers of a pod, init containers first; a status without spec still counts. */
export function containers(object: KubeObject): PodContainer[] {
  return [
    ...group(at(object, 'spec', 'initContainers'), at(object, 'status', 'initContainerStatuses'), true),
    ...group(at(object, 'spec', 'containers'), at(object, 'status', 'containerStatuses'), false),
  ]
}

/** Requests of a container or template: extended resources and hugepages; what is only limited is asked as well. */
export function resourceRequests(resources: unknown): Record<string, number> {
  const asked = { ...fields(at(resources, 'limits')), ...fields(at(resources, 'requests')) }
  return Object.fromEntries(
    Object.entries(asked).flatMap(([name, raw]) => {
      const amount = isFabricResource(name) ? quantity(raw) : null
      return amount === null || amount === 0 ? [] : [[name, amount]]
    }),
  )
}

/** True for extended resources (`nvidia.com/gpu`, `rdma/hca`) and hugepages. */
export function isFabricResource(name: string): boolean {
  return name.startsWith('hugepages-') || (name.includes('/') && !NOT_OURS.test(name))
}

function group(specs: unknown, statuses: unknown, init: boolean): PodContainer[] {
  const byName = new Map(items(statuses).map((each) => [text(each.name) ?? '', each]))
  const named = items(specs).map((each) => text(each.name) ?? '')
  const unnamed = items(statuses).filter((each) => !named.includes(text(each.name) ?? ''))
  return [
    ...items(specs).map((spec) => container(spec, byName.get(text(spec.name) ?? ''), init)),
    ...unnamed.map((status) => container({ name: status.name, image: status.image }, status, init)),
  ]
}

function container(spec: Fields, status: Fields | undefined, init: boolean): PodContainer {
  return {
    name: text(spec.name) ?? '',
    init,
    image: word(spec.image),
    ready: flag(status?.ready),
    restarts: count(status?.restartCount),
    now: state(status?.state),
    before: state(status?.lastState),
    requests: resourceRequests(spec.resources),
    privileged: flag(at(spec, 'securityContext', 'privileged')),
    capabilitiesAdded: words(at(spec, 'securityContext', 'capabilities', 'add')),
    env: Object.fromEntries(
      items(spec.env).flatMap((each) => {
        const name = text(each.name) ?? ''
        return KEPT_ENV.test(name) ? [[name, text(each.value)]] : []
      }),
    ),
  }
}

function state(raw: unknown): ContainerState | null {
  for (const kind of ['waiting', 'running', 'terminated'] as const) {
    const found = at(raw, kind)
    if (found === undefined || found === null) continue
    return {
      state: kind,
      reason: word(at(found, 'reason')),
      message: message(at(found, 'message')),
      exitCode: count(at(found, 'exitCode')),
      finishedAt: time(at(found, 'finishedAt')),
    }
  }
  return null
}

/** A message of the API server or kubelet as one harmless line. */
export function message(raw: unknown): string | null {
  const found = word(raw)
  return found === null ? null : sanitiseLine(found, MAX_MESSAGE)
}
