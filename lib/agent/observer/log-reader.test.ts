import { describe, expect, it } from 'vitest'
import pods from '@/collectors/cluster/pods/collector'
import { collectors } from '@/collectors/index.gen'
import { logCollector } from '@/lib/collector'
import type { FactState } from '@/lib/engine/fact-state'
import { fact, NOW } from '@/lib/engine/testing'
import type { RawRead } from '@/lib/read'
import { logCollectors, readLogs } from './log-reader'

const daemon = logCollector({
  id: 'daemonLog',
  title: '',
  read: { via: 'log', podSelector: 'app=multus', tailLines: 10 },
  parse: (logs) => logs.map((log) => `${log.pod}: ${log.text}`),
})
const aPod = (name: string, node: string | null, label = 'multus') =>
  pods.project({
    metadata: { name, namespace: 'kube-system', labels: { app: label } },
    spec: { nodeName: node, containers: [{ name: 'main' }] },
    status: { phase: 'Running' },
  }) ?? expect.fail('no pod')

const answer = (status: RawRead['status'], text = ''): RawRead => ({
  status,
  text,
  stderr: '',
  exitCode: null,
  cut: false,
  startedAt: NOW,
  durationMs: 1,
  ...(status === 'ok' ? {} : { reason: `logs: ${status}` }),
})

async function readAll(
  podFacts: FactState | undefined,
  log: (pod: string) => RawRead,
  more: { nodes?: string[]; suspects?: string[] } = {},
) {
  const nodes: Record<string, FactState> = {}
  const cluster: Record<string, FactState> = {}
  const collected: boolean[] = []
  let asked = 0
  let open = 0
  let most = 0
  await readLogs(
    [daemon],
    {
      kube: {
        log: async (_, pod) => {
          asked += 1
          open += 1
          most = Math.max(most, open)
          await new Promise((resolve) => setImmediate(resolve))
          open -= 1
          return log(pod)
        },
      },
      redact: (text) => ({ text: text.replace('hunter2', '***'), rules: [] }),
      now: () => NOW,
      steadyMs: () => 0,
      pods: () => podFacts,
      suspects: () => new Set(more.suspects ?? []),
      setNode: (node, _, state) => {
        nodes[node] = state
      },
      setCluster: (id, state) => {
        cluster[id] = state
      },
      nodes: () => more.nodes ?? ['n1', 'n2'],
      collected: (_, ok) => collected.push(ok),
    },
    new AbortController().signal,
  )
  return { nodes, cluster: cluster.daemonLog, asked, most, collected }
}

describe('reading component logs', () => {
  it('gives each node its own, and the cluster all, harmless and redacted', async () => {
    const list = fact([aPod('a', 'n1'), aPod('b', 'n2'), aPod('other', 'n1', 'rdma-shared-dp')])
    const { nodes, cluster } = await readAll(list, (pod) => answer('ok', `hunter2 \u001b[31m${pod}`))
    expect(cluster).toMatchObject({ status: 'ok', value: ['a: *** a', 'b: *** b'] })
    expect(nodes.n1).toMatchObject({ status: 'ok', value: ['a: *** a'] })
  })

  it('a refusal is unknown, not an empty log; one pod that fails is not silent', async () => {
    const list = fact([aPod('a', 'n1'), aPod('b', 'n2')])
    const denied = await readAll(list, () => answer('denied'))
    expect(denied.cluster).toMatchObject({ status: 'denied', reason: 'logs: denied' })
    expect(denied.nodes.n1).toMatchObject({ status: 'denied' })
    expect(denied.collected).toEqual([false])
    const half = await readAll(list, (pod) => (pod === 'a' ? answer('timeout') : answer('ok', 'x')))
    expect(half.nodes).toMatchObject({ n1: { status: 'timeout' }, n2: { status: 'ok' } })
    expect(half.cluster).toMatchObject({ status: 'ok', refs: [{ status: 'ok' }, { status: 'timeout' }] })
  })

  it('no pods of the kind is absent; pods that are not known are no answer', async () => {
    expect((await readAll(fact([]), () => answer('ok'))).cluster).toMatchObject({ status: 'absent' })
    expect((await readAll(undefined, () => answer('ok'))).cluster).toMatchObject({ status: 'unreachable' })
    expect((await readAll(fact([], { lost: 'gone' }), () => answer('ok'))).cluster).toMatchObject({
      status: 'unreachable',
      reason: 'gone',
    })
    const denied: FactState = { status: 'denied', reason: 'pods: forbidden', at: null, refs: [] }
    expect((await readAll(denied, () => answer('ok'))).nodes.n1).toMatchObject({ status: 'denied' })
  })

  it('G-16: of many pods only those of suspects, at most 60, four at a time', async () => {
    const names = Array.from({ length: 200 }, (_, at) => `n${at}`)
    const list = fact(names.map((name) => aPod(`pod-${name}`, name)))
    const few = await readAll(list, () => answer('ok'), { nodes: names, suspects: ['n5'] })
    expect(few.asked).toBe(1)
    expect(few.nodes.n5?.status).toBe('ok')
    expect(few.nodes.n6).toMatchObject({
      status: 'absent',
      reason: expect.stringContaining('only when something is wrong'),
    })
    const many = await readAll(list, () => answer('ok'), { nodes: names, suspects: names })
    expect(many).toMatchObject({ asked: 60, most: 4 })
    expect(many.nodes.n199).toMatchObject({ status: 'timeout' })
  })

  it.each(logCollectors(collectors).map((collector) => [collector.id, collector] as const))(
    '%s finds its pods among those that are kept',
    (_, collector) => {
      const [key = '', value = ''] = collector.read.podSelector.split('=')
      const record = pods.project({
        metadata: { name: 'p', namespace: 'x', labels: { [key]: value } },
        spec: { containers: [{ name: 'main' }] },
        status: { phase: 'Running' },
      })
      expect(record?.labels).toEqual({ [key]: value })
    },
  )
})
