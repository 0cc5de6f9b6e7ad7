import { afterEach, describe, expect, it } from 'vitest'
import { createLabApi } from '@/e2e/lab/kube/api'
import type { LabApi, LabApiOptions } from '@/e2e/lab/kube/types'
import { NODES, node, PODS, POLICIES, pod, RecordingSink, until, withFolder } from './testing'
import { createKubeTransport } from './transport'
import type { KubeOptions, KubeTransport, WatchedCollector } from './types'

const FAST = {
  requestMs: 400,
  watchSilenceMs: 600,
  backoffMs: [5, 40],
  retryAbsentMs: 120,
  rate: { perSecond: 1000, burst: 1000 },
  connectsPerMinute: 1000,
} as const

let ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  ends = []
})

async function lab(options: LabApiOptions = {}): Promise<LabApi> {
  const api = await createLabApi({ bookmarkMs: 150, ...options })
  ends.push(() => api.close())
  return api
}

async function connect(
  api: LabApi,
  timings: KubeOptions['timings'] = {},
  config = api.kubeconfig(),
): Promise<KubeTransport> {
  const transport = await withFolder(async (_, write) =>
    createKubeTransport({ kind: 'kubeconfig', path: write('config', config) }, { timings: { ...FAST, ...timings } }),
  )
  ends.push(() => transport.close())
  return transport
}

function watch(transport: KubeTransport, ...collectors: WatchedCollector[]): RecordingSink {
  const sink = new RecordingSink()
  transport.watch(collectors, sink, new AbortController().signal)
  return sink
}

const nodes = { id: 'nodes', read: NODES }
const two = () => [node('n1'), node('n2')]

describe('list and watch under faults', () => {
  it('M-09: a broken line is never skipped; it ends in a relist that finds what was lost', async () => {
    const api = await lab({ objects: two() })
    const sink = watch(await connect(api), nodes)
    await until('watch', () => api.openWatches('nodes') === 1)
    api.fault({ resource: 'nodes', action: { kind: 'malformed' }, now: true, times: 0 })
    await until('relist', () => (sink.resets.get('nodes') ?? 0) >= 2)
    expect(
      sink.states
        .get('nodes')
        ?.some(({ status, reason }) => status === 'unreadable' && /not an event/.test(reason ?? '')),
    ).toBe(true)
    api.apply(node('n3'))
    await until('n3', () => sink.names('nodes').length === 3)
    expect(sink.last('nodes')).toMatchObject({ status: 'ok', fresh: true })
  })

  it('M-10, F-35: deletions during an outage are seen on the relist after 410, in HTTP and in the stream', async () => {
    const api = await lab({ objects: [...two(), node('n3')], history: 2 })
    const sink = watch(await connect(api), nodes)
    await until('first list', () => sink.names('nodes').length === 3)
    const watching = () => until('watch', () => api.openWatches('nodes') === 1)
    await watching()
    const end = api.fault({ resource: 'nodes', action: { kind: 'status', status: 503 }, now: false })
    api.fault({ resource: 'nodes', action: { kind: 'drop' }, now: true, times: 0 })
    await until('outage', () => sink.last('nodes')?.status === 'unreachable')
    api.remove({ kind: 'Node', name: 'n1' })
    for (let at = 0; at < 20; at++)
      api.patch({ kind: 'Node', name: 'n2' }, { metadata: { labels: { at: String(at) } } })
    end()
    await until('ghost gone', () => sink.names('nodes').join() === 'n2,n3')
    await watching()
    api.fault({ resource: 'nodes', action: { kind: 'gone' }, now: true, times: 0 })
    await until('relist', () => (sink.resets.get('nodes') ?? 0) >= 3)
    const expired = api.fault({ verb: 'list', resource: 'nodes', action: { kind: 'gone' }, times: 2 })
    await watching()
    api.fault({ resource: 'nodes', action: { kind: 'gone' }, now: true, times: 0 })
    await until('relist after expired list', () => (sink.resets.get('nodes') ?? 0) >= 4)
    expired()
    expect(sink.names('nodes')).toEqual(['n2', 'n3'])
  })

  it('F-34: a connection cut inside a line goes on from the last version without listing again', async () => {
    const api = await lab({ objects: two() })
    const sink = watch(await connect(api), nodes)
    await until('watch', () => api.openWatches('nodes') === 1)
    api.fault({ resource: 'nodes', action: { kind: 'drop' }, now: true, times: 0 })
    api.apply(node('n3'))
    await until('n3', () => sink.names('nodes').includes('n3'))
    expect(sink.resets.get('nodes')).toBe(1)
    expect(api.requests().filter(({ verb }) => verb === 'list')).toHaveLength(1)
  })

  it('F-36: a quiet kind without bookmarks stays fresh, and a half-open watch costs no deletion', async () => {
    const api = await lab({ objects: two(), bookmarkMs: 60_000 })
    const sink = watch(await connect(api), nodes)
    await until('watch', () => api.openWatches('nodes') === 1)
    api.fault({ resource: 'nodes', action: { kind: 'freeze' }, now: true, times: 0 })
    api.remove({ kind: 'Node', name: 'n1' })
    await until('seen', () => sink.names('nodes').join() === 'n2')
    await until('three looks', () => (sink.resets.get('nodes') ?? 0) >= 4)
    expect(sink.states.get('nodes')?.every(({ status, fresh }) => status === 'ok' && fresh)).toBe(true)
  })

  it('F-36: a large quiet collection is watched anew instead of listed, and listed now and then', async () => {
    const big = { annotations: { big: 'x'.repeat(600_000) } }
    const api = await lab({
      objects: two().map((each) => ({ ...each, metadata: { ...each.metadata, ...big } })),
      bookmarkMs: 60_000,
    })
    const sink = watch(await connect(api, { watchSilenceMs: 400 }), nodes)
    await until('second list', () => (sink.resets.get('nodes') ?? 0) >= 2)
    expect(api.requests().filter(({ verb }) => verb === 'watch').length).toBeGreaterThanOrEqual(4)
    expect(sink.states.get('nodes')?.every(({ fresh }) => fresh)).toBe(true)
  })

  it('F-36: with nothing left that answers it is stale after the budget, and heals', async () => {
    const api = await lab({ objects: two() })
    const sink = watch(await connect(api), nodes)
    await until('watch', () => api.openWatches('nodes') === 1)
    api.fault({ resource: 'nodes', action: { kind: 'freeze' }, now: true, times: 0 })
    const end = api.fault({ resource: 'nodes', action: { kind: 'freeze' } })
    api.remove({ kind: 'Node', name: 'n1' })
    await until('stale', () => sink.last('nodes')?.fresh === false)
    expect(sink.last('nodes')?.status).toBe('timeout')
    end()
    await until('recovered', () => sink.names('nodes').join() === 'n2' && sink.last('nodes')?.fresh === true)
  })

  it('F-37: Retry-After is honoured, and a conversion webhook is named', async () => {
    const api = await lab({ objects: two() })
    api.fault({
      verb: 'list',
      times: 1,
      action: {
        kind: 'status',
        status: 429,
        retryAfterSec: 1,
        message: 'storage is (re)initializing: failed to list: conversion webhook for x failed',
      },
    })
    const from = Date.now()
    const sink = watch(await connect(api), nodes)
    await until('list', () => sink.names('nodes').length === 2)
    expect(Date.now() - from).toBeGreaterThan(900)
    expect(sink.states.get('nodes')?.[0]).toMatchObject({
      status: 'unreachable',
      fresh: false,
      reason: expect.stringContaining('conversion webhook'),
    })
  })

  it('F-37, F-46: a failing server sees at most five requests a second and 30 a minute and kind', async () => {
    const api = await lab({ objects: two() })
    api.fault({ action: { kind: 'status', status: 500 } })
    const kinds = ['nodes', 'pods', 'events', 'namespaces', 'services', 'secrets'].map((plural) => ({
      id: plural,
      read: { ...NODES, plural },
    }))
    watch(await connect(api, { backoffMs: [1, 2], rate: { perSecond: 5, burst: 6 } }), ...kinds)
    await new Promise((resolve) => setTimeout(resolve, 2000))
    expect(api.requests().length).toBeLessThan(6 + 11)
    const other = await lab({ objects: two() })
    other.fault({ verb: 'watch', action: { kind: 'close' } })
    watch(await connect(other, { backoffMs: [1, 2], connectsPerMinute: 30 }), nodes)
    await until('limit', () => other.requests().length >= 30)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(other.requests().length).toBe(30)
  })

  it('F-33: a slow answer is cut', async () => {
    const api = await lab({ objects: two() })
    api.fault({ action: { kind: 'latency', ms: 5000 } })
    const transport = await connect(api)
    const from = Date.now()
    expect(await transport.get('/api/v1/nodes')).toMatchObject({ status: 'timeout', httpStatus: null })
    expect(Date.now() - from).toBeLessThan(1500)
  })

  it('F-40: a CRD that is not there is absent, picked up when it comes, and empty again when it goes', async () => {
    const api = await lab({ objects: two() })
    const sink = watch(await connect(api), { id: 'policies', read: POLICIES })
    await until('absent', () => sink.last('policies')?.status === 'absent')
    expect(sink.last('policies')?.fresh).toBe(false)
    api.apply({
      apiVersion: 'mellanox.com/v1alpha1',
      kind: 'NicClusterPolicy',
      metadata: { name: 'nic-cluster-policy' },
      spec: {},
    })
    await until('there', () => sink.names('policies').length === 1 && sink.last('policies')?.status === 'ok')
    api.uninstall('nicclusterpolicies.mellanox.com')
    await until('gone', () => sink.last('policies')?.status === 'absent' && sink.names('policies').length === 0)
  })

  it('F-43: an object recreated under its name is another one; replayed and reordered events change nothing', async () => {
    const api = await lab({ objects: two() })
    const sink = watch(await connect(api), nodes)
    await until('watch', () => api.openWatches('nodes') === 1)
    const first = api.get({ kind: 'Node', name: 'n1' })?.metadata.uid ?? ''
    api.remove({ kind: 'Node', name: 'n1' })
    api.apply(node('n1'))
    const second = api.get({ kind: 'Node', name: 'n1' })?.metadata.uid ?? ''
    await until('recreated', () => sink.held.get('nodes')?.has(second) === true)
    expect(sink.held.get('nodes')?.has(first)).toBe(false)
  })

  it('drops what is not wanted, and removes what stops being wanted', async () => {
    const api = await lab({ objects: [pod('a', 'p1', 'n1'), pod('a', 'p2')] })
    const keep = (object: { metadata: { labels?: Record<string, string> } }) => object.metadata.labels?.drop !== 'yes'
    const sink = watch(await connect(api), { id: 'pods', read: PODS, keep })
    await until('both', () => sink.names('pods').length === 2)
    api.patch({ kind: 'Pod', namespace: 'a', name: 'p1' }, { metadata: { labels: { drop: 'yes' } } })
    await until('one', () => sink.names('pods').join() === 'p2')
  })

  it('pages a large collection, and lists again when the continue token expires', async () => {
    const api = await lab({ objects: Array.from({ length: 25 }, (_, at) => node(`n${at}`)) })
    api.fault({ verb: 'none', action: { kind: 'gone' } })
    const sink = watch(await connect(api, { pageSize: 10 }), nodes)
    await until('all', () => sink.names('nodes').length === 25)
    expect(api.requests().filter(({ verb }) => verb === 'list')).toHaveLength(3)
  })
})

describe('credentials', () => {
  it('F-38: an expired token is denied with its reason, without a hot loop, and a renewed token file heals it', async () => {
    const api = await lab({ objects: two() })
    const [old, renewed] = ['a', 'b'].map((user) =>
      api.addIdentity({ user, rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }] }),
    )
    await withFolder(async (_, write) => {
      write('token', `${old}\n`)
      const config = write('config', api.kubeconfig().replace(/token: .*/, 'tokenFile: token'))
      const transport = await createKubeTransport({ kind: 'kubeconfig', path: config }, { timings: FAST })
      ends.push(() => transport.close())
      const sink = watch(transport, nodes)
      await until('watch', () => api.openWatches('nodes') === 1)
      expect(api.requests().every(({ user }) => user === 'a')).toBe(true)
      write('token', `${renewed}\n`)
      api.revoke(old ?? '')
      api.fault({ resource: 'nodes', action: { kind: 'drop' }, now: true, times: 0 })
      await until('renewed', () => api.requests().some(({ user, verb }) => user === 'b' && verb === 'watch'))
      expect(sink.states.get('nodes')?.some(({ status }) => status === 'denied')).toBe(false)
      await until('watch', () => api.openWatches('nodes') === 1)
      api.revoke(renewed ?? '')
      api.fault({ resource: 'nodes', action: { kind: 'drop' }, now: true, times: 0 })
      await until('denied', () => sink.last('nodes')?.status === 'denied')
      expect(sink.last('nodes')).toMatchObject({ fresh: false, reason: expect.stringContaining('Credential expired') })
    })
  })

  it('runs a plug-in once for many requests, again only after 401, and never shows its output', async () => {
    const api = await lab({ objects: two() })
    const tokens = ['a', 'b'].map((user) =>
      api.addIdentity({ user, rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['list'] }] }),
    )
    await withFolder(async (folder, write) => {
      const answer =
        '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"\'$t\'"}}'
      write(
        'plugin.sh',
        `#!/bin/sh\necho run >> ${folder}/runs\ncase $KUBERNETES_EXEC_INFO in *ExecCredential*interactive*false*) ;; *) exit 3 ;; esac\nt=$(cat ${folder}/token)\n[ "$t" = broken ] && echo "cannot log in with ${tokens[0]}" >&2 && exit 1\n[ "$t" = hang ] && sleep 60\necho '${answer}'\n`,
      )
      const exec =
        '  exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin.sh, interactiveMode: IfAvailable}'
      const config = write('config', api.kubeconfig().replace(/ {2}token: .*/, exec))
      const runs = () =>
        import('node:fs').then((fs) => fs.readFileSync(`${folder}/runs`, 'utf8').trim().split('\n').length)
      write('token', tokens[0] ?? '')
      const open = async () => {
        const transport = await createKubeTransport({ kind: 'kubeconfig', path: config }, { timings: FAST })
        ends.push(() => transport.close())
        return transport
      }
      const transport = await open()
      const answers = await Promise.all(Array.from({ length: 20 }, () => transport.get('/api/v1/nodes')))
      expect(answers.every(({ status }) => status === 'ok')).toBe(true)
      expect(await runs()).toBe(1)
      write('token', tokens[1] ?? '')
      api.revoke(tokens[0] ?? '')
      const after = await Promise.all(Array.from({ length: 20 }, () => transport.get('/api/v1/nodes')))
      expect(after.every(({ status }) => status === 'ok')).toBe(true)
      expect(await runs()).toBe(2)
      write('token', 'broken')
      const broken = await (await open()).get('/api/v1/nodes')
      expect(broken).toMatchObject({ status: 'denied', reason: expect.stringContaining('exit code 1') })
      expect(JSON.stringify(broken)).not.toContain(tokens[0])
    })
  })

  it('names what a kubeconfig lacks', async () => {
    const api = await lab()
    const use = (change: (text: string) => string) =>
      withFolder((_, write) =>
        createKubeTransport({ kind: 'kubeconfig', path: write('config', change(api.kubeconfig())) }),
      )
    await expect(use((text) => text.replace('current-context: lab', 'current-context: other'))).rejects.toThrow(
      /No context other .*there are lab/,
    )
    await expect(use((text) => text.replace(/server: .*/, 'server: http://192.0.2.1'))).rejects.toThrow(/clear-text/)
    await expect(
      use((text) => text.replace(/( *)server: /, '$1proxy-url: http://127.0.0.1:1\n$1server: ')),
    ).rejects.toThrow(/proxy-url/)
    await expect(use((text) => `${text}\n  broken: [token: ${api.token}`)).rejects.toThrow(/not valid YAML/)
    await expect(use((text) => `${text}\n  broken: [token: ${api.token}`)).rejects.not.toThrow(new RegExp(api.token))
    await expect(createKubeTransport({ kind: 'kubeconfig', path: '/nonexistent/config' })).rejects.toThrow(
      /Cannot read the kubeconfig/,
    )
  })
})
