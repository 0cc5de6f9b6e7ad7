import type { KubeAnswer, KubeTransport } from '@/collectors/transport/kube/types'
import { redact } from '@/lib/redact'
import { objectName, parseManifest, RUN_LABEL } from '@/lib/runs/manifest'
import type { JobView, PodView } from '@/lib/runs/observe'
import { jobView, podView, warningsOf } from '@/lib/runs/views'
import { sanitiseLine } from '@/lib/sanitise'

/** What is left of a run in the cluster. */
export interface Removal {
  gone: boolean
  words: string
  /** UID of the Job, where it was seen. */
  uid: string | null
  /** The server said no: no use to ask again at once. */
  isRefused: boolean
}

/** The objects of one run in the cluster, through the runner's own identity. Creates and deletes nothing else. */
export interface RunObjects {
  /** @returns the Job's UID, also when it existed already; `unknown` when no answer came: it may exist then. */
  createJob(signal: AbortSignal): Promise<{ uid: string } | { refused: string } | 'unknown'>
  /** Creates Service and ConfigMap, owned by the Job; those that exist are left as they are. */
  createCompanions(uid: string, signal: AbortSignal): Promise<'ok' | { refused: string } | 'unknown'>
  /** The Job; null when there is none (or only one with another UID). `unknown` when the API could not be asked. */
  job(uid: string | null, signal: AbortSignal): Promise<JobView | null | 'unknown'>
  /** Pods that this Job owns: a pod that merely has our label is none of the run's. */
  pods(uid: string | null, signal: AbortSignal): Promise<readonly PodView[] | 'unknown'>
  warnings(signal: AbortSignal): Promise<readonly string[]>
  /** One step of deleting the Job with this UID and all it owns (SEC-51e): to be repeated until nothing is left. */
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
const UNKNOWN = 'The API server could not be asked: cleaning up will be tried again'

export function runObjects(deps: RunObjectsDeps): RunObjects {
  const { kube, runId } = deps
  const name = objectName(runId)
  const ns = encodeURIComponent(deps.namespace)
  const jobs = `/apis/batch/v1/namespaces/${ns}/jobs`
  const core = (plural: string) => `/api/v1/namespaces/${ns}/${plural}`
  const selector = encodeURIComponent(`${RUN_LABEL}=${runId}`)
  const podList = `${core('pods')}?labelSelector=${selector}&limit=500`

  /** The existing Job, when it is ours: right label, and right UID where one is known. */
  async function ownJob(uid: string | null, signal: AbortSignal): Promise<JobView | null | 'unknown'> {
    const answer = await kube.get(`${jobs}/${name}`, { signal })
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

  async function podsLeft(uid: string, signal: AbortSignal): Promise<number | null> {
    const pods = await kube.get(podList, { signal })
    if (pods.status !== 'ok') return null
    return itemsOf(pods.body).filter((pod) => isOwnedBy(pod, uid)).length
  }

  return {
    async createJob(signal) {
      const answer = await create(jobs, parseManifest(deps.manifest, null).job, `Job ${name}`, signal)
      const uid = answer.status === 'ok' ? (jobView(answer.body)?.uid ?? null) : null
      if (uid !== null) return { uid }
      if (isRefusal(answer)) return { refused: refusalOf('the Job', answer) }
      // It may have gone through although the answer was lost, or exist already: found again by its name (F-70).
      const known = await ownJob(null, signal)
      if (known !== 'unknown' && known !== null) return { uid: known.uid }
      return answer.httpStatus === 409 && known === null ? { refused: refusalOf('the Job', answer) } : 'unknown'
    },
    async createCompanions(uid, signal) {
      for (const { kind, object } of parseManifest(deps.manifest, uid).companions) {
        const path = core(kind === 'Service' ? 'services' : 'configmaps')
        const answer = await create(path, object, `${kind} ${name}`, signal)
        if (answer.status === 'ok' || answer.httpStatus === 409) continue
        return isRefusal(answer) ? { refused: refusalOf(`the ${kind}`, answer) } : 'unknown'
      }
      return 'ok'
    },
    job: ownJob,
    async pods(uid, signal) {
      const answer = await kube.get(podList, { signal })
      if (answer.status !== 'ok') return 'unknown'
      return itemsOf(answer.body).flatMap((item) => {
        const pod = podView(item)
        return pod && uid !== null && pod.owner === uid ? [pod] : []
      })
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
      const job = await ownJob(uid, signal)
      if (job === 'unknown') return left(UNKNOWN)
      if (job) {
        if (job.deleting) {
          const pods = await podsLeft(job.uid, signal)
          return left(`The Job is being deleted${pods ? `: ${pods} pods are ending` : ''}`, job.uid)
        }
        const answer = await deleteObject(`${jobs}/${name}`, `Job ${name}`, job.uid, signal)
        return answer.status === 'ok' || answer.status === 'absent' || answer.httpStatus === 409
          ? left('The Job is being deleted with all its pods', job.uid)
          : left(refusalOf('deleting the Job', answer), job.uid, true)
      }
      if (uid === null) return { gone: true, words: 'Nothing had been created', uid, isRefused: false }
      const pods = await podsLeft(uid, signal)
      if (pods === null) return left(UNKNOWN)
      if (pods > 0) return left(`${pods} pods are ending`)
      // The garbage collector takes these with their owner; where it is slow or off, we do.
      for (const kind of ['Service', 'ConfigMap'] as const) {
        const path = `${core(kind === 'Service' ? 'services' : 'configmaps')}/${name}`
        const found = await kube.get(path, { signal })
        if (found.status === 'absent') continue
        if (found.status !== 'ok') return left(UNKNOWN)
        const own = field(field(found.body, 'metadata'), 'uid')
        if (!isOwnedBy(found.body, uid) || typeof own !== 'string') continue
        const answer = await deleteObject(path, `${kind} ${name}`, own, signal)
        if (answer.status !== 'ok' && answer.status !== 'absent')
          return left(refusalOf(`deleting the ${kind}`, answer), uid, true)
        return left(`The ${kind} is being deleted`)
      }
      return { gone: true, words: 'Job, pods, Service and ConfigMap are gone', uid, isRefused: false }
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
