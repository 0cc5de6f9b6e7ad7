import type { EventFact } from '@/collectors/cluster/events/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { eventSubject } from '@/lib/event-subject'
import { COMPONENTS, component, componentOf } from './components'
import { parseImage, rightName } from './images'

/** Why an image could not be pulled, from the registry's or network's own words. */
export type PullFailure = 'not-found' | 'denied' | 'unreachable' | 'undecided'

/** An image of the stack that could not be pulled. */
export interface FailedPull {
  image: string
  why: PullFailure
  /** Words of the kubelet that decided; null where only the waiting reason is known. */
  words: string | null
  pods: readonly string[]
  nodes: readonly string[]
  /** Component it belongs to; null where neither label nor image name tells. */
  component: string | null
  /** What the image is really called, when its name is wrong for the component. */
  rightName: string | null
}

const PULL_REASONS = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ImageInspectError',
  'RegistryUnavailable',
])
const KNOWN_NAMES = new Set(COMPONENTS.flatMap((each) => each.images ?? []))
const IMAGE_IN_TEXT = /(?:pull image|pulling image|image) "([^"\s]{1,300})"/

/** All images of the stack that fail to be pulled, each once. Source of the decision: k8s-formats §10. */
export function failedPulls(
  pods: readonly PodFact[] | undefined,
  events: readonly EventFact[] | undefined,
): FailedPull[] {
  const found = new Map<string, FailedPull>()
  const add = (image: string, words: string | null, pod: string, node: string | null, componentId: string | null) => {
    const before = found.get(image)
    const why = decide(words)
    const better = before === undefined || (before.why === 'undecided' && why !== 'undecided')
    found.set(image, {
      image,
      why: better ? why : before.why,
      words: better ? (words ?? before?.words ?? null) : before.words,
      pods: unique([...(before?.pods ?? []), pod]),
      nodes: unique([...(before?.nodes ?? []), ...(node === null ? [] : [node])]),
      component: before?.component ?? componentId ?? componentOfImage(image),
      rightName: before?.rightName ?? nameFault(image, componentId),
    })
  }
  for (const pod of pods ?? []) {
    const owner = componentOf(pod.labels)?.id ?? null
    for (const each of pod.containers) {
      if (each.now?.state !== 'waiting' || each.image === null || !PULL_REASONS.has(each.now.reason ?? '')) continue
      add(each.image, each.now.message, `${pod.namespace}/${pod.name}`, pod.node, owner)
    }
  }
  const alive = pods === undefined ? null : new Set(pods.map((pod) => `${pod.namespace}/${pod.name}`))
  for (const event of events ?? []) {
    const image = event.kind === 'Pod' && event.type === 'Warning' ? IMAGE_IN_TEXT.exec(event.message)?.[1] : undefined
    if (image === undefined || !/^Failed to pull image/.test(event.message)) continue
    const pod = eventSubject(event)
    // An event of a pod that is gone, or that pulls now, is the past.
    if (alive !== null && (!alive.has(pod) || !found.has(image))) continue
    add(image, event.message, pod, event.node, null)
  }
  return [...found.values()].filter((each) => each.component !== null)
}

/** The nodes a failed pull is about, for its finding: those of a DaemonSet's pods. A Deployment's pod serves the cluster from wherever it runs. */
export function nodesShort(pull: FailedPull): { nodes?: readonly string[] } {
  const own = pull.component === null ? null : component(pull.component)
  return own?.kind === 'DaemonSet' && pull.nodes.length > 0 ? { nodes: pull.nodes } : {}
}

/** Reads the registry's answer out of the kubelet's message. */
function decide(words: string | null): PullFailure {
  if (words === null) return 'undecided'
  if (
    /\b(?:i\/o timeout|no such host|connection refused|no route to host|network is unreachable|TLS handshake timeout|context deadline exceeded|x509:|proxyconnect|server misbehaving)/i.test(
      words,
    )
  )
    return 'unreachable'
  if (
    /\b(?:401|403)\b|unauthorized|forbidden|failed to authorize|access denied|authentication required|no basic auth|denied: /i.test(
      words,
    )
  )
    return 'denied'
  if (/not found|manifest unknown|NAME_UNKNOWN|does not exist|\b404\b/i.test(words)) return 'not-found'
  return 'undecided'
}

function componentOfImage(image: string): string | null {
  const name = parseImage(image)?.name ?? ''
  const right = rightName(name) ?? name
  return COMPONENTS.find((each) => each.images?.includes(right))?.id ?? null
}

/** The right name where the image's name is not one of its component's. */
function nameFault(image: string, componentId: string | null): string | null {
  const name = parseImage(image)?.name
  if (name === undefined || KNOWN_NAMES.has(name)) return null
  const own = componentId === null ? null : component(componentId)?.images
  return rightName(name) ?? own?.[0] ?? null
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)]
}
