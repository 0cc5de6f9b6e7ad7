import type { KubeAnswer, KubeTransport } from '@/collectors/transport/kube/types'
import { JOB_UID, type ManifestInput, manifestObjects, objectName, RUN_LABEL } from '@/lib/runs/manifest'
import type { JobView, PodView } from '@/lib/runs/observe'
import { jobView, podView, warningsOf } from '@/lib/runs/views'

/** The objects of one run in the cluster, through the runner's own identity. Creates and deletes nothing else. */
export interface RunObjects {
  /** Creates Job, Service and ConfigMap; finds them when an earlier create went through after all. @returns the Job's UID. */
  create(input: ManifestInput): Promise<{ uid: string } | { problem: string }>
  /** The Job; null when it is gone. `unknown` when the API could not be asked. */
  job(runId: string): Promise<JobView | null | 'unknown'>
  pods(runId: string): Promise<readonly PodView[] | 'unknown'>
  warnings(runId: string): Promise<readonly string[]>
  /** Deletes the Job with this UID and all it owns. @returns true when nothing of the run is left. */
  remove(runId: string, uid: string | null): Promise<{ gone: boolean; words: string }>
}

/** Paths of a run's objects below the API server. */
function paths(namespace: string, runId: string) {
  const ns = encodeURIComponent(namespace)
  const name = encodeURIComponent(objectName(runId))
  const selector = encodeURIComponent(`${RUN_LABEL}=${runId}`)
  return {
    jobs: `/apis/batch/v1/namespaces/${ns}/jobs`,
    job: `/apis/batch/v1/namespaces/${ns}/jobs/${name}`,
    services: `/api/v1/namespaces/${ns}/services`,
    service: `/api/v1/namespaces/${ns}/services/${name}`,
    configMaps: `/api/v1/namespaces/${ns}/configmaps`,
    configMap: `/api/v1/namespaces/${ns}/configmaps/${name}`,
    pods: `/api/v1/namespaces/${ns}/pods?labelSelector=${selector}&limit=200`,
    events: `/api/v1/namespaces/${ns}/events?limit=500`,
  }
}

export function runObjects(kube: KubeTransport, namespace: string): RunObjects {
  /** The existing Job, when it is ours: right label, and right UID where one is known. */
  async function ownJob(runId: string): Promise<{ view: JobView | null; ours: boolean } | 'unknown'> {
    const answer = await kube.get(paths(namespace, runId).job)
    if (answer.status === 'absent') return { view: null, ours: false }
    if (answer.status !== 'ok') return 'unknown'
    return { view: jobView(answer.body), ours: labelOf(answer.body) === runId }
  }

  return {
    async create(input) {
      const at = paths(namespace, input.runId)
      const [job, service, config] = manifestObjects(input)
      const created = await kube.request('POST', at.jobs, job)
      let uid = created.status === 'ok' ? (jobView(created.body)?.uid ?? null) : null
      if (uid === null) {
        // It may have gone through although the answer was lost, or exist already: adopt, never create twice (F-70).
        const known = await ownJob(input.runId)
        if (known === 'unknown' || !known.view || !known.ours) return { problem: refusalOf('the Job', created) }
        uid = known.view.uid
      }
      for (const [path, object, what] of [
        [at.services, service, 'the Service'],
        [at.configMaps, config, 'the ConfigMap'],
      ] as const) {
        const answer = await kube.request('POST', path, withUid(object, uid))
        if (answer.status !== 'ok' && answer.httpStatus !== 409) return { problem: refusalOf(what, answer) }
      }
      return { uid }
    },
    async job(runId) {
      const known = await ownJob(runId)
      if (known === 'unknown') return 'unknown'
      return known.ours ? known.view : null
    },
    async pods(runId) {
      const answer = await kube.get(paths(namespace, runId).pods)
      if (answer.status !== 'ok') return 'unknown'
      return itemsOf(answer.body).flatMap((item) => podView(item) ?? [])
    },
    async warnings(runId) {
      const answer = await kube.get(paths(namespace, runId).events)
      return answer.status === 'ok' ? warningsOf(answer.body).filter((text) => text.includes(objectName(runId))) : []
    },
    async remove(runId, uid) {
      const at = paths(namespace, runId)
      const known = await ownJob(runId)
      if (known === 'unknown')
        return { gone: false, words: 'The API server could not be asked: cleaning up will be tried again' }
      if (known.view && known.ours && (uid === null || known.view.uid === uid)) {
        const answer = await kube.request('DELETE', at.job, {
          kind: 'DeleteOptions',
          apiVersion: 'v1',
          propagationPolicy: 'Foreground',
          preconditions: { uid: known.view.uid },
        })
        if (answer.status !== 'ok' && answer.status !== 'absent')
          return { gone: false, words: refusalOf('deleting the Job', answer) }
        return { gone: false, words: 'The Job is being deleted with all its pods' }
      }
      const pods = await kube.get(at.pods)
      if (pods.status !== 'ok')
        return { gone: false, words: 'The API server could not be asked: cleaning up will be tried again' }
      const left = itemsOf(pods.body).filter((pod) => uid === null || ownerOf(pod) === uid)
      if (left.length > 0) return { gone: false, words: `${left.length} pods are ending` }
      return { gone: true, words: 'Job, pods, Service and ConfigMap are gone' }
    },
  }
}

/** A copy with the Job's UID where the confirmed text has its placeholder. */
function withUid(object: object, uid: string): object {
  return JSON.parse(JSON.stringify(object).replaceAll(JSON.stringify(JOB_UID), JSON.stringify(uid))) as object
}

/** The server's own words for a refusal: quota, webhook, PodSecurity, RBAC. */
function refusalOf(what: string, answer: KubeAnswer): string {
  const message = field(answer.body, 'message')
  return `The API server refused ${what}: ${typeof message === 'string' ? message : (answer.reason ?? answer.status)}`.slice(
    0,
    600,
  )
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

function ownerOf(pod: unknown): unknown {
  const owners = field(field(pod, 'metadata'), 'ownerReferences')
  return Array.isArray(owners) ? field(owners[0], 'uid') : undefined
}
