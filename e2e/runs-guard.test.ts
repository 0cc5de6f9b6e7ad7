import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { manifestObjects } from '@/lib/runs/manifest'
import { exampleManifest } from '@/lib/runs/shapes/example'
import { rbacManifest } from '@/scripts/gen-rbac'
import { RealCluster } from './real-cluster'

/** The shipped admission policy (deploy/runs-guard.yaml) on a real API server: our pods pass, thirty others do not (SEC-49, SEC-50). */
const ROOT = new URL('..', import.meta.url).pathname
const missing = RealCluster.missing()
if (missing !== null) console.log(`skipped: admission policy: ${missing}`)

type Pod = Record<string, unknown> & { metadata: Record<string, unknown>; spec: Spec }
type Spec = Record<string, unknown> & { containers: Container[]; volumes: object[] }
type Container = Record<string, unknown> & { securityContext: Record<string, unknown>; image: string }

const folder = mkdtempSync(join(tmpdir(), 'cairn-guard-'))
let cluster: RealCluster

/** Pods that our manifests make: of a Job, and launcher and worker of an MPIJob. */
function ours(): Record<string, Pod> {
  const template = (object: unknown, ...path: string[]): Pod => {
    const { metadata, spec } = path.reduce<unknown>(
      (at, key) => new Map(Object.entries(at as object)).get(key),
      object,
    ) as Pod
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'x', namespace: 'cairn-runs' },
      spec: { ...spec, restartPolicy: 'Never' },
    }
  }
  const [job] = manifestObjects(exampleManifest())
  const [mpi] = manifestObjects(exampleManifest({ launcher: 'mpijob' }))
  const replicas = ['spec', 'mpiReplicaSpecs']
  return {
    job: template(job, 'spec', 'template'),
    worker: template(mpi, ...replicas, 'Worker', 'template'),
    launcher: template(mpi, ...replicas, 'Launcher', 'template'),
  }
}

/** What the API server says to a pod that is not really created. */
async function answer(pod: Pod): Promise<string> {
  const file = join(folder, 'pod.yaml')
  writeFileSync(file, stringify(pod, { aliasDuplicateObjects: false }))
  return cluster.kubectl('create', '--dry-run=server', '-f', file).then(
    () => 'admitted',
    (error: Error) => error.message,
  )
}

function changed(change: (pod: Pod, container: Container) => void): Pod {
  const pod = structuredClone(ours().job) as Pod
  change(pod, pod.spec.containers[0] as Container)
  return pod
}
const security = (add: Record<string, unknown>) =>
  changed((_pod, container) => {
    container.securityContext = { ...container.securityContext, ...add }
  })
const capabilities = (...add: string[]) => security({ capabilities: { drop: ['ALL'], add } })
const pod = (add: Record<string, unknown>) =>
  changed((each) => {
    Object.assign(each.spec, add)
  })
const volume = (add: object) =>
  changed((each) => {
    each.spec.volumes = [...each.spec.volumes, { name: 'more', ...add }]
  })
const image = (name: string) =>
  changed((_pod, container) => {
    container.image = name
  })

const REFUSED: readonly (readonly [what: string, pod: () => Pod, words: RegExp])[] = [
  [
    'no run',
    () =>
      changed((each) => {
        each.metadata.labels = { app: 'x' }
      }),
    /only pods of a Cairn run/,
  ],
  ['host network', () => pod({ hostNetwork: true }), /host's network/],
  ['host processes', () => pod({ hostPID: true }), /host's network, processes/],
  ['host IPC', () => pod({ hostIPC: true }), /IPC/],
  ['a folder of the host', () => volume({ hostPath: { path: '/' } }), /folders of the host/],
  ['a claim', () => volume({ persistentVolumeClaim: { claimName: 'x' } }), /mount only/],
  [
    'a projected token',
    () => volume({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }),
    /mount only/,
  ],
  ['a token', () => pod({ automountServiceAccountToken: true }), /service account token|mount only/],
  [
    'the token by default',
    () =>
      changed((each) => {
        delete each.spec.automountServiceAccountToken
      }),
    /service account token|mount only/,
  ],
  ['an image by tag', () => image('nvcr.io/nvidia/pytorch:25.01'), /by digest/],
  ['an image with a short digest', () => image('nvcr.io/nvidia/pytorch@sha256:5b5b'), /by digest/],
  ['privileged', () => security({ privileged: true, allowPrivilegeEscalation: true }), /privileged/],
  ['escalation', () => security({ allowPrivilegeEscalation: true }), /gain privileges/],
  ['escalation by default', () => security({ allowPrivilegeEscalation: undefined }), /gain privileges/],
  ['SYS_ADMIN', () => capabilities('IPC_LOCK', 'SYS_ADMIN'), /may add only/],
  ['NET_ADMIN', () => capabilities('NET_ADMIN'), /may add only/],
  ['SYS_PTRACE', () => capabilities('SYS_PTRACE'), /may add only/],
  ['SYS_MODULE', () => capabilities('SYS_MODULE'), /may add only/],
  ['ALL', () => capabilities('ALL'), /may add only/],
  ['nothing dropped', () => security({ capabilities: { add: ['IPC_LOCK'] } }), /drop all/],
  ['no capabilities at all', () => security({ capabilities: undefined }), /drop all/],
  ['no seccomp', () => pod({ securityContext: {} }), /seccomp/],
  ['seccomp off', () => pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }), /seccomp/],
  [
    'an init container that is privileged',
    () =>
      changed((each, container) => {
        each.spec.initContainers = [
          { ...structuredClone(container), name: 'first', securityContext: { privileged: true } },
        ]
      }),
    /privileged/,
  ],
  [
    'an init container by tag',
    () =>
      changed((each, container) => {
        each.spec.initContainers = [{ ...structuredClone(container), name: 'first', image: 'busybox:1' }]
      }),
    /by digest/,
  ],
  [
    'more memory than the range',
    () =>
      changed((_each, container) => {
        container.resources = { requests: { cpu: '1', memory: '128Gi' }, limits: { cpu: '1', memory: '128Gi' } }
      }),
    /maximum memory usage per Container is 64Gi/,
  ],
  [
    'more GPUs than the quota',
    () =>
      changed((_each, container) => {
        const amounts = { cpu: '1', memory: '1Gi', 'nvidia.com/gpu': '129' }
        container.resources = { requests: amounts, limits: amounts }
      }),
    /exceeded quota: cairn-runs/,
  ],
]

describe.skipIf(missing !== null)('the shipped guard of the namespace of runs', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    cluster = await RealCluster.start(folder, readFileSync(join(ROOT, 'e2e', 'fleets', 'run-stages.yaml'), 'utf8'))
    const objects = [
      ...parseAllDocuments(rbacManifest([])),
      ...parseAllDocuments(readFileSync(join(ROOT, 'deploy', 'runs-guard.yaml'), 'utf8')),
    ]
      .map((document): object => document.toJS())
      .filter(
        (object) => !('metadata' in object && (object.metadata as { namespace?: string }).namespace?.match(/operator/)),
      )
    await cluster.apply(objects)
    // The policy takes a moment until the API server acts on it, the account until its controller made it.
    for (let tries = 0; tries < 60 && (await answer(ours().job as Pod)) !== 'admitted'; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 500))
    for (let tries = 0; tries < 60 && (await answer(pod({ hostNetwork: true }))) === 'admitted'; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 500))
  }, 120_000)

  afterAll(() => {
    cluster?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  it.each(Object.keys(ours()))('our own pods are admitted: %s', async (name) => {
    expect(await answer(ours()[name] as Pod)).toBe('admitted')
  })

  it('every other is refused, in words', async () => {
    for (const [what, made, words] of REFUSED) expect(await answer(made()), what).toMatch(words)
  })
})
