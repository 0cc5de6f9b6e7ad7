import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createLabApi } from '@/e2e/lab/kube/api'
import { findAssets, startControlPlane } from '@/e2e/lab/kube/control-plane'
import { rulesOf } from '@/e2e/lab/kube/rbac'
import { readerClusterRole } from '@/scripts/gen-rbac'
import { CONFIG_MAP, NODES, node, PODS, POLICIES, pod, RecordingSink, until, withFolder } from './testing'
import { createKubeTransport } from './transport'
import type { KubeTransport } from './types'
import { dig } from './untyped'

/** A server to hold the same assertions against. */
interface Bench {
  kubeconfig(token?: string): string
  /** A token that holds this ClusterRole and nothing else. */
  restricted(clusterRole: string, admin: KubeTransport): Promise<string>
  stop(): Promise<void>
}

const TIMINGS = { backoffMs: [50, 500], retryAbsentMs: 500 } as const
const CRD = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'nicclusterpolicies.mellanox.com' },
  spec: {
    group: 'mellanox.com',
    scope: 'Cluster',
    names: {
      plural: 'nicclusterpolicies',
      singular: 'nicclusterpolicy',
      kind: 'NicClusterPolicy',
      listKind: 'NicClusterPolicyList',
    },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

async function lab(): Promise<Bench> {
  const api = await createLabApi({ bookmarkMs: 300 })
  return {
    kubeconfig: (token) => api.kubeconfig(token),
    restricted: async (manifest) =>
      api.addIdentity({ user: 'system:serviceaccount:default:reader', rules: rulesOf(manifest) }),
    stop: () => api.close(),
  }
}

async function real(folder: string): Promise<Bench> {
  const plane = await startControlPlane(folder)
  return {
    kubeconfig: (token) => plane.kubeconfig(token),
    async restricted(manifest, admin) {
      const rbac = '/apis/rbac.authorization.k8s.io/v1'
      const role: unknown = parse(manifest)
      const made = [
        await admin.request('POST', `${rbac}/clusterroles`, role),
        await admin.request('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'reader' } }),
        await admin.request('POST', `${rbac}/clusterrolebindings`, {
          metadata: { name: 'reader' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: dig(role, 'metadata', 'name') },
          subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }],
        }),
      ]
      expect(made.map(({ httpStatus }) => httpStatus)).toEqual([201, 201, 201])
      const token = await admin.request('POST', '/api/v1/namespaces/default/serviceaccounts/reader/token', { spec: {} })
      return String(dig(token.body, 'status', 'token'))
    },
    stop: () => plane.stop(),
  }
}

const assets = findAssets()
if ('missing' in assets) console.warn(`conformance against a real API server is skipped: ${assets.missing}`)
const SERVERS: { name: string; start: (() => Promise<Bench>) | null }[] = [
  { name: 'the lab', start: lab },
  { name: 'a real control plane', start: 'folder' in assets ? () => real(assets.folder) : null },
]

describe.each(SERVERS)('transport against $name', ({ start }) => {
  let bench: Bench
  let admin: KubeTransport
  const open: KubeTransport[] = []
  const stopping = new AbortController()

  async function connect(token?: string): Promise<KubeTransport> {
    const config = bench.kubeconfig(token)
    const transport = await withFolder((_, write) =>
      createKubeTransport({ kind: 'kubeconfig', path: write('config', config) }, { timings: TIMINGS }),
    )
    open.push(transport)
    return transport
  }

  beforeAll(async () => {
    if (!start) return
    bench = await start()
    admin = await connect()
  }, 90_000)

  afterAll(async () => {
    stopping.abort()
    for (const transport of open) await transport.close()
    if (start) await bench.stop()
  }, 30_000)

  const test = it.skipIf(start === null)

  test('list, watch, change and delete are seen; a recreated object is another one', async () => {
    for (const name of ['n1', 'n2'])
      expect((await admin.request('POST', '/api/v1/nodes', node(name))).httpStatus).toBe(201)
    const sink = new RecordingSink()
    admin.watch([{ id: 'nodes', read: NODES }], sink, stopping.signal)
    await until('list', () => sink.names('nodes').join() === 'n1,n2' && sink.last('nodes')?.status === 'ok')
    const [first] = [...(sink.held.get('nodes')?.values() ?? [])]
    expect(first).toMatchObject({ kind: 'Node', apiVersion: 'v1' })
    expect((await admin.request('PATCH', '/api/v1/nodes/n1', { metadata: { labels: { a: 'b' } } })).status).toBe('ok')
    await until('change', () =>
      [...(sink.held.get('nodes')?.values() ?? [])].some(({ metadata }) => metadata.labels?.a === 'b'),
    )
    const before = new Set(sink.held.get('nodes')?.keys())
    expect((await admin.request('DELETE', '/api/v1/nodes/n1')).status).toBe('ok')
    await until('delete', () => sink.names('nodes').join() === 'n2')
    await admin.request('POST', '/api/v1/nodes', node('n1'))
    await until('recreated', () => sink.names('nodes').join() === 'n1,n2')
    expect([...(sink.held.get('nodes')?.keys() ?? [])].filter((key) => !before.has(key))).toHaveLength(1)
    expect(sink.resets.get('nodes')).toBe(1)
  })

  test('pages, selectors and bookmarks', async () => {
    const paged = await admin.get('/api/v1/nodes?limit=1')
    expect(dig(paged.body, 'metadata', 'continue')).toEqual(expect.any(String))
    expect(dig(paged.body, 'metadata', 'remainingItemCount')).toBe(1)
    const named = await admin.get('/api/v1/nodes?fieldSelector=metadata.name%3Dn2')
    expect(dig(named.body, 'items')).toHaveLength(1)
    const watched = await admin.get(
      '/api/v1/nodes?watch=1&allowWatchBookmarks=true&timeoutSeconds=5&resourceVersion=0',
      { timeoutMs: 9000 },
    )
    const lines = watched.text
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines.map((line) => dig(line, 'type'))).toEqual(expect.arrayContaining(['ADDED', 'BOOKMARK']))
    const bookmark = lines.find((line) => dig(line, 'type') === 'BOOKMARK')
    expect(dig(bookmark, 'object', 'metadata', 'resourceVersion')).toMatch(/^\d+$/)
  })

  test('a missing CRD is absent, picked up when it comes and absent when it goes; a missing object says so', async () => {
    const path = '/apis/mellanox.com/v1alpha1/nicclusterpolicies'
    const absent = await admin.get(path)
    expect(absent).toMatchObject({ status: 'absent', httpStatus: 404, body: null, text: '404 page not found\n' })
    const sink = new RecordingSink()
    admin.watch([{ id: 'policies', read: POLICIES }], sink, stopping.signal)
    await until('absent', () => sink.last('policies')?.status === 'absent')
    expect(
      (await admin.request('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', CRD)).httpStatus,
    ).toBe(201)
    await until('served', async () => (await admin.get(path)).status === 'ok')
    await admin.request('POST', path, {
      apiVersion: 'mellanox.com/v1alpha1',
      kind: 'NicClusterPolicy',
      metadata: { name: 'nic-cluster-policy' },
    })
    await until('there', () => sink.names('policies').join() === 'nic-cluster-policy')
    expect(await admin.get(`${path}/other`)).toMatchObject({
      status: 'absent',
      reason: 'HTTP 404: nicclusterpolicies.mellanox.com "other" not found',
    })
    await admin.request(
      'DELETE',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/nicclusterpolicies.mellanox.com',
    )
    await until('gone', () => sink.names('policies').length === 0 && sink.last('policies')?.status === 'absent', 20_000)
  })

  test('a pod without a node has no log; refusals of logs say why', async () => {
    const made = await admin.request('POST', '/api/v1/namespaces/default/pods', pod('default', 'p1'))
    expect(made.httpStatus).toBe(201)
    expect(await admin.log('default', 'p1', { tailLines: 10 })).toMatchObject({
      status: 'absent',
      exitCode: 204,
      text: '',
      reason: expect.stringContaining('no node'),
    })
    expect(await admin.log('default', 'p1', { container: 'other' })).toMatchObject({
      status: 'absent',
      exitCode: 400,
      reason: 'HTTP 400: container other is not valid for pod p1',
    })
    expect(await admin.log('default', 'nothing')).toMatchObject({ status: 'absent', exitCode: 404 })
    expect(await admin.followLog('default', 'p1', {}, () => {}, stopping.signal)).toMatchObject({
      ended: 'error',
      reason: expect.stringContaining('no node'),
    })
  })

  test('writes are refused in words: exists already, wrong uid, missing namespace', async () => {
    expect(await admin.request('POST', '/api/v1/nodes', node('n1'))).toMatchObject({
      httpStatus: 409,
      status: 'denied',
      reason: expect.stringContaining('already exists'),
    })
    const wrong = { preconditions: { uid: '00000000-0000-4000-8000-000000000000' } }
    expect(await admin.request('DELETE', '/api/v1/nodes/n1', wrong)).toMatchObject({
      httpStatus: 409,
      reason: expect.stringContaining('UID in the precondition'),
    })
    expect(await admin.request('POST', '/api/v1/namespaces/no-such/pods', pod('no-such', 'p'))).toMatchObject({
      status: 'absent',
      httpStatus: 404,
    })
  })

  test('the generated ClusterRole is enough for what is read and for nothing else', async () => {
    const token = await bench.restricted(readerClusterRole([NODES, CONFIG_MAP, POLICIES]), admin)
    const reader = await connect(token)
    const sink = new RecordingSink()
    reader.watch(
      [NODES, CONFIG_MAP, PODS].map((read) => ({ id: read.plural, read })),
      sink,
      stopping.signal,
    )
    await until('allowed', () => sink.last('nodes')?.status === 'ok' && sink.last('configmaps')?.status === 'ok')
    await until('denied', () => sink.last('pods')?.status === 'denied')
    expect(sink.last('pods')).toMatchObject({
      fresh: false,
      reason: 'Missing right: list pods cluster-wide (403)',
      missing: { verb: 'list', group: '', resource: 'pods', namespace: null },
    })
    await admin.request('POST', '/api/v1/namespaces/default/configmaps', {
      metadata: { name: 'rdma-devices' },
      data: {},
    })
    await until('watched by name', () => sink.names('configmaps').join() === 'rdma-devices')
    for (const path of [
      '/api/v1/secrets',
      '/api/v1/configmaps',
      '/api/v1/nodes/n1/proxy/configz',
      '/api/v1/namespaces/default/pods/p1/log',
    ]) {
      expect(await reader.get(path)).toMatchObject({ status: 'denied', httpStatus: 403, missing: expect.anything() })
    }
    expect((await reader.request('DELETE', '/api/v1/nodes/n1')).missing).toMatchObject({
      verb: 'delete',
      resource: 'nodes',
    })
    expect((await reader.log('default', 'p1')).reason).toContain('Missing right: get pods/log in namespace default')
    const review = await reader.review([
      { group: '', resource: 'nodes', verbs: ['list', 'watch'] },
      { group: '', resource: 'pods', verbs: ['list', 'watch'] },
      { group: '', resource: 'pods/log', verbs: ['get'], namespace: 'default' },
    ])
    expect(review).toMatchObject({
      status: 'ok',
      user: 'system:serviceaccount:default:reader',
      excess: [],
      incomplete: false,
    })
    expect(review.missing.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
      'list pods',
      'watch pods',
      'get pods/log',
    ])
    expect((await admin.review([])).excess.map(({ what }) => what)).toContain('do everything (*)')
  })

  test('a wrong token is denied, and a dead server unreachable', async () => {
    const stranger = await connect('0123456789abcdef')
    expect(await stranger.get('/api/v1/nodes')).toMatchObject({
      status: 'denied',
      httpStatus: 401,
      reason: expect.stringContaining('Credential expired'),
    })
    expect(await stranger.review([{ group: '', resource: 'nodes', verbs: ['list'] }])).toMatchObject({
      status: 'denied',
      missing: [],
    })
    const dead = bench.kubeconfig().replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1')
    const nobody = await withFolder((_, write) =>
      createKubeTransport({ kind: 'kubeconfig', path: write('config', dead) }),
    )
    expect(await nobody.get('/version')).toMatchObject({
      status: 'unreachable',
      httpStatus: null,
      reason: expect.stringContaining('refuses connections'),
    })
    await nobody.close()
    if (!bench.kubeconfig().includes('certificate-authority')) return
    const doubting = await withFolder((_, write) =>
      createKubeTransport({
        kind: 'kubeconfig',
        path: write('config', bench.kubeconfig().replace(/certificate-authority: .*/, 'tls-server-name: localhost')),
      }),
    )
    expect(await doubting.get('/version')).toMatchObject({
      status: 'unreachable',
      reason: expect.stringMatching(/certificate of the API server .* is (?:signed by a CA|self-signed)/),
    })
    await doubting.close()
  })
})
