import type { KubeAnswer, KubeTransport } from '@/collectors/transport/kube/types'
import { redact } from '@/lib/redact'
import { parseManifest } from '@/lib/runs/manifest'
import { type CompanionKind, type OwnerKind, objectName, RUN_LABEL } from '@/lib/runs/manifest-input'
import type { JobView, PodView } from '@/lib/runs/observe'
import { jobView, ownerUid, podView, warningsOf } from '@/lib/runs/views'
import { sanitiseLine } from '@/lib/sanitise'

/** What is left of a run in the cluster. */
export interface Removal {
  gone: boolean
  words: string
  /** UID of the owner, where it was seen. */
  uid: string | null
  /** The server said no: no use to ask again at once. */
  isRefused: boolean
}

/** The objects of one run in the cluster, through the runner's own identity. Creates and deletes nothing else. */
export interface RunObjects {
  /** @returns the owner's UID, also when it existed already; `unknown` when no answer came: it may exist then. */
  createOwner(signal: AbortSignal): Promise<{ uid: string } | { refused: string } | 'unknown'>
  /** Creates what the owner owns; those that exist are left as they are. */
  createCompanions(uid: string, signal: AbortSignal): Promise<'ok' | { refused: string } | 'unknown'>
  /** The Job or MPIJob; null when there is none (or only one with another UID). `unknown` when the API could not be asked. */
  owner(uid: string | null, signal: AbortSignal): Promise<JobView | null | 'unknown'>
  /** Pods that the owner owns, itself or through its launcher's Job: a pod that merely has our label is none of the run's. */
  pods(uid: string | null, signal: AbortSignal): Promise<readonly PodView[] | 'unknown'>
  warnings(signal: AbortSignal): Promise<readonly string[]>
  /** One step of deleting the owner with this UID and all it owns (SEC-51e): to be repeated until nothing is left. */
  remove(uid: string | null, signal: AbortSignal): Promise<Removal>
}

export interface RunObjectsDeps {
  kube: Pick<KubeTransport, 'get' | 'request'>
  namespace: string
  runId: string
  /** The confirmed text. */
  manifest: string
  /** Told before a write (`started`: throws when it may not begin) and after it. */
  audit(action: 'kube.create' | 'kube.delete', target: string, outcome: 'started' | 'done' | 'refused' | 'failed'): void
}

/** The server gives up on a create before we stop waiting for one that was never answered. */
const CREATE_TIMEOUT = 'timeout=8s'
/** Where owners of each kind live. */
const OWNER_PATHS: Readonly<Record<OwnerKind, readonly [group: string, plural: string]>> = {
  Job: ['batch/v1', 'jobs'],
  MPIJob: ['kubeflow.org/v2beta1', 'mpijobs'],
}
const PLURALS: Readonly<Record<CompanionKind, string>> = { Service: 'services', ConfigMap: 'configmaps' }
const UNKNOWN = 'The API server could not be asked: cleaning up will be tried again'

export function runObjects(deps: RunObjectsDeps): RunObjects {
  const { kube, runId } = deps
  const name = objectName(runId)
  const ns = encodeURIComponent(deps.namespace)
  const { owner: confirmed, companions } = parseManifest(deps.manifest, null)
  const { kind } = confirmed
  const [group, plural] = OWNER_PATHS[kind]
  const owners = `/apis/${group}/namespaces/${ns}/${plural}`
  const core = (plural: string) => `/api/v1/namespaces/${ns}/${plural}`
  const selector = encodeURIComponent(`${RUN_LABEL}=${runId}`)
  const podList = `${core('pods')}?labelSelector=${selector}&limit=500`

  /** The existing owner, when it is ours: right label, and right UID where one is known. */
  async function ownOwner(uid: string | null, signal: AbortSignal): Promise<JobView | null | 'unknown'> {
    const answer = await kube.get(`${owners}/${name}`, { signal })
    if (answer.status === 'absent') return null
    if (answer.status !== 'ok') return 'unknown'
    const view = jobView(answer.body)
    return view && labelOf(answer.body) === runId && (uid === null || view.uid === uid) ? view : null
  }

  async function create(path: string, object: object, target: string, signal: AbortSignal): Promise<KubeAnswer> {
    deps.audit('kube.create', target, 'started')
    const answer = await kube.request('POST', `${path}?${CREATE_TIMEOUT}`, object, { signal })
    if (answer.httpStatus !== 409) deps.audit('kube.create', target, outcomeOf(answer))
    return answer
  }

  async function deleteObject(path: string, target: string, uid: string, signal: AbortSignal): Promise<KubeAnswer> {
    deps.audit('kube.delete', target, 'started')
    const options = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Foreground',
      preconditions: { uid },
    }
    const answer = await kube.request('DELETE', path, options, { signal })
    deps.audit('kube.delete', target, answer.status === 'absent' ? 'done' : outcomeOf(answer))
    return answer
  }

  /** UIDs of whose pods are ours: the owner's, and that of the Job the MPI Operator makes for the launcher. Null: not answered. */
  async function podOwners(uid: string, signal: AbortSignal): Promise<readonly string[] | null> {
    if (kind === 'Job') return [uid]
    const answer = await kube.get(`/apis/batch/v1/namespaces/${ns}/jobs/${name}-launcher`, { signal })
    if (answer.status === 'absent') return [uid]
    if (answer.status !== 'ok') return null
    const launcher = ownerUid(answer.body, kind) === uid ? jobView(answer.body) : null
    return launcher ? [uid, launcher.uid] : [uid]
  }

  /** Our pods as they are; null when the API could not be asked. */
  async function ownPods(uid: string, signal: AbortSignal): Promise<readonly unknown[] | null> {
    const [ownersOfPods, pods] = await Promise.all([podOwners(uid, signal), kube.get(podList, { signal })])
    if (ownersOfPods === null || pods.status !== 'ok') return null
    return itemsOf(pods.body).filter((pod) => ownersOfPods.some((one) => isOwnedBy(pod, one)))
  }

  async function podsLeft(uid: string, signal: AbortSignal): Promise<number | null> {
    return (await ownPods(uid, signal))?.length ?? null
  }

  return {
    async createOwner(signal) {
      const answer = await create(owners, confirmed.object, `${kind} ${name}`, signal)
      const uid = answer.status === 'ok' ? (jobView(answer.body)?.uid ?? null) : null
      if (uid !== null) return { uid }
      if (isRefusal(answer)) return { refused: refusalOf(`the ${kind}`, answer) }
      // It may have gone through although the answer was lost, or exist already: found again by its name (F-70).
      const known = await ownOwner(null, signal)
      if (known !== 'unknown' && known !== null) return { uid: known.uid }
      return answer.httpStatus === 409 && known === null ? { refused: refusalOf(`the ${kind}`, answer) } : 'unknown'
    },
    async createCompanions(uid, signal) {
      for (const { kind: what, object } of parseManifest(deps.manifest, uid).companions) {
        const answer = await create(core(PLURALS[what]), object, `${what} ${name}`, signal)
        if (answer.status === 'ok' || answer.httpStatus === 409) continue
        return isRefusal(answer) ? { refused: refusalOf(`the ${what}`, answer) } : 'unknown'
      }
      return 'ok'
    },
    owner: ownOwner,
    async pods(uid, signal) {
      if (uid === null) return []
      const own = await ownPods(uid, signal)
      return own === null ? 'unknown' : own.flatMap((item) => podView(item) ?? [])
    },
    async warnings(signal) {
      const answer = await kube.get(`${core('events')}?fieldSelector=type%3DWarning&limit=500`, { signal })
      if (answer.status !== 'ok') return []
      return warningsOf(answer.body)
        .filter((text) => text.includes(name))
        .map(clean)
    },
    async remove(uid, signal) {
      const left = (words: string, of: string | null = uid, isRefused = false): Removal => ({
        gone: false,
        words,
        uid: of,
        isRefused,
      })
      const job = await ownOwner(uid, signal)
      if (job === 'unknown') return left(UNKNOWN)
      if (job) {
        if (job.deleting) {
          const pods = await podsLeft(job.uid, signal)
          return left(`The ${kind} is being deleted${pods ? `: ${pods} pods are ending` : ''}`, job.uid)
        }
        const answer = await deleteObject(`${owners}/${name}`, `${kind} ${name}`, job.uid, signal)
        return answer.status === 'ok' || answer.status === 'absent' || answer.httpStatus === 409
          ? left(`The ${kind} is being deleted with all its pods`, job.uid)
          : left(refusalOf(`deleting the ${kind}`, answer), job.uid, true)
      }
      if (uid === null) return { gone: true, words: 'Nothing had been created', uid, isRefused: false }
      const pods = await podsLeft(uid, signal)
      if (pods === null) return left(UNKNOWN)
      if (pods > 0) return left(`${pods} pods are ending`)
      // The garbage collector takes these with their owner; where it is slow or off, we do.
      for (const { kind: what } of companions) {
        const path = `${core(PLURALS[what])}/${name}`
        const found = await kube.get(path, { signal })
        if (found.status === 'absent') continue
        if (found.status !== 'ok') return left(UNKNOWN)
        const own = field(field(found.body, 'metadata'), 'uid')
        if (!isOwnedBy(found.body, uid) || typeof own !== 'string') continue
        const answer = await deleteObject(path, `${what} ${name}`, own, signal)
        if (answer.status !== 'ok' && answer.status !== 'absent')
          return left(refusalOf(`deleting the ${what}`, answer), uid, true)
        return left(`The ${what} is being deleted`)
      }
      return {
        gone: true,
        words: `${[kind, 'pods', ...companions.map((each) => each.kind)].join(', ')} are gone`,
        uid,
        isRefused: false,
      }
    },
  }
}

/** A definite "no": the object was not made. Time-outs, conflicts and overload are not. */
function isRefusal(answer: KubeAnswer): boolean {
  const { httpStatus } = answer
  return httpStatus !== null && httpStatus >= 400 && httpStatus < 500 && ![408, 409, 429].includes(httpStatus)
}

function outcomeOf(answer: KubeAnswer): 'done' | 'refused' | 'failed' {
  if (answer.status === 'ok') return 'done'
  return isRefusal(answer) ? 'refused' : 'failed'
}

/** The server's own words for a refusal: quota, webhook, PodSecurity, RBAC. */
function refusalOf(what: string, answer: KubeAnswer): string {
  const message = field(answer.body, 'message')
  const words = typeof message === 'string' && message !== '' ? message : (answer.reason ?? answer.status)
  return clean(`The API server refused ${what}: ${words}`)
}

function clean(text: string): string {
  return redact(sanitiseLine(text, 700)).text
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined
}

function itemsOf(list: unknown): unknown[] {
  const items = field(list, 'items')
  return Array.isArray(items) ? items : []
}

function labelOf(object: unknown): unknown {
  return field(field(field(object, 'metadata'), 'labels'), RUN_LABEL)
}

function isOwnedBy(object: unknown, uid: string): boolean {
  const owners = field(field(object, 'metadata'), 'ownerReferences')
  return Array.isArray(owners) && owners.some((owner: unknown) => field(owner, 'uid') === uid)
}
