import { describe, expect, it } from 'vitest'
import type { KubeAnswer } from '@/collectors/transport/kube/types'
import { manifestText } from '@/lib/runs/manifest'
import { exampleManifest } from '@/lib/runs/shapes/example'
import { runObjects } from './objects'

const RUN = 'abcdefghjk'
const JOB = `/apis/batch/v1/namespaces/cairn-runs/jobs/cairn-${RUN}`
const core = '/api/v1/namespaces/cairn-runs'
const { signal } = new AbortController()

function answer(status: KubeAnswer['status'], httpStatus: number, body: unknown = null): KubeAnswer {
  return { status, httpStatus, body, text: '' }
}

/** A namespace with these answers by path without query; everything else is absent. */
function objectsOver(answers: Readonly<Record<string, unknown>>) {
  const deletes: { path: string; uid: unknown }[] = []
  const objects = runObjects({
    namespace: 'cairn-runs',
    runId: RUN,
    manifest: manifestText({ ...exampleManifest(), runId: RUN }),
    audit: () => undefined,
    kube: {
      get: async (path) => {
        const body = { [`${core}/pods`]: { items: [] }, ...answers }[path.split('?')[0] ?? '']
        return body === undefined ? answer('absent', 404) : answer('ok', 200, body)
      },
      request: async (method, path, body) => {
        const options = body as { preconditions?: { uid?: unknown } }
        if (method === 'DELETE') deletes.push({ path, uid: options.preconditions?.uid })
        return answer('ok', 200)
      },
    },
  })
  return { objects, deletes }
}

const labels = { 'cairn.dev/run': RUN }
const pod = (name: string, owner: string) => ({
  metadata: { name, uid: name, labels, ownerReferences: [{ kind: 'Job', uid: owner }] },
})

describe('cleaning up by label and UID (SEC-51e, M-16)', () => {
  it('a Job of the same name with another UID is not ours', async () => {
    const { objects, deletes } = objectsOver({ [JOB]: { metadata: { uid: 'theirs', labels } } })
    expect(await objects.remove('ours', signal)).toMatchObject({ gone: true })
    expect(await objects.owner('ours', signal)).toBeNull()
    expect(deletes).toEqual([])
  })

  it('a Job of our name without our label is not ours either', async () => {
    const { objects, deletes } = objectsOver({ [JOB]: { metadata: { uid: 'x', labels: {} } } })
    expect(await objects.remove(null, signal)).toMatchObject({ gone: true })
    expect(deletes).toEqual([])
  })

  it('every delete names the UID', async () => {
    const { objects, deletes } = objectsOver({ [JOB]: { metadata: { uid: 'ours', labels } } })
    expect(await objects.remove('ours', signal)).toMatchObject({ gone: false, uid: 'ours' })
    expect(deletes).toEqual([{ path: JOB, uid: 'ours' }])
  })

  it('foreign pods with our label are neither counted nor waited for', async () => {
    const { objects, deletes } = objectsOver({ [`${core}/pods`]: { items: [pod('foreign', 'theirs')] } })
    expect(await objects.pods('ours', signal)).toEqual([])
    expect(await objects.remove('ours', signal)).toMatchObject({ gone: true })
    expect(deletes).toEqual([])
  })

  it('waits for own pods; takes own Service where the garbage collector does not; leaves a foreign ConfigMap', async () => {
    const waiting = objectsOver({ [`${core}/pods`]: { items: [pod('a', 'ours')] } })
    expect(await waiting.objects.remove('ours', signal)).toMatchObject({ gone: false, words: '1 pods are ending' })
    const { objects, deletes } = objectsOver({
      [`${core}/services/cairn-${RUN}`]: { metadata: { uid: 's', ownerReferences: [{ uid: 'ours' }] } },
      [`${core}/configmaps/cairn-${RUN}`]: { metadata: { uid: 'c', ownerReferences: [{ uid: 'theirs' }] } },
    })
    expect(await objects.remove('ours', signal)).toMatchObject({ gone: false })
    expect(deletes).toEqual([{ path: `${core}/services/cairn-${RUN}`, uid: 's' }])
  })
})
