import { describe, expect, it } from 'vitest'
import { aDaemonSet, aNode } from '@/lib/examples/stack'
import { releaseSeries, releasesOfTag } from '@/lib/images'
import { operatorRelease } from '@/lib/operator-release'
import { obstacles } from '@/lib/placement'
import { lintRdmaConfig } from '@/lib/rdma-config'
import events from '../events/collector'
import pods from './collector'
import { parseNetworkStatus, parseNetworks } from './networks'

const pod = (
  spec: object,
  more: { annotations?: Record<string, string>; labels?: Record<string, string>; status?: object } = {},
) =>
  pods.project({
    metadata: { name: 'p', namespace: 'team', annotations: more.annotations, labels: more.labels },
    spec,
    status: more.status ?? { phase: 'Running' },
  })

describe('pods', () => {
  it('keeps what uses the fabric, belongs to the stack or does not run; drops the rest', () => {
    expect(pod({ containers: [{ name: 'a' }] })).toBeNull()
    expect(pod({ containers: [{ name: 'a' }] }, { status: { phase: 'Failed' } })).not.toBeNull()
    expect(pod({ containers: [{ name: 'a' }] }, { labels: { app: 'sriov-device-plugin' } })).not.toBeNull()
    expect(
      pod({ containers: [{ name: 'a' }] }, { annotations: { 'k8s.v1.cni.cncf.io/networks': 'rail0' } }),
    ).not.toBeNull()
    expect(pod({ containers: [{ name: 'a', resources: { limits: { cpu: '4', memory: '1Gi' } } }] })).toBeNull()
  })

  it('sums containers, takes the larger init container, and counts what is only limited', () => {
    const found = pod({
      initContainers: [{ name: 'i', resources: { limits: { 'nvidia.com/gpu': '8' } } }],
      containers: [
        { name: 'a', resources: { limits: { 'nvidia.com/gpu': '2', 'nvidia.com/resibp24s0': '1' } } },
        { name: 'b', resources: { requests: { 'nvidia.com/gpu': 1, 'hugepages-2Mi': '1Gi' } } },
      ],
    })
    expect(found?.requests).toEqual({ 'nvidia.com/gpu': 8, 'nvidia.com/resibp24s0': 1, 'hugepages-2Mi': 2 ** 30 })
  })

  it('keeps only variables of the allow-list: secrets never get in', () => {
    const env = [
      { name: 'NCCL_IB_HCA', value: 'mlx5' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: 'x' },
      { name: 'NCCL_SOCKET_IFNAME', valueFrom: {} },
    ]
    const found = pod({ containers: [{ name: 'a', env, resources: { limits: { 'nvidia.com/gpu': '1' } } }] })
    expect(found?.containers[0]?.env).toEqual({ NCCL_IB_HCA: 'mlx5', NCCL_SOCKET_IFNAME: null })
  })

  it('reads the networks annotation as Multus does', () => {
    expect(parseNetworks('a, other/b@net7,a', 'team')).toEqual([
      { namespace: 'team', name: 'a', interface: null },
      { namespace: 'other', name: 'b', interface: 'net7' },
      { namespace: 'team', name: 'a', interface: null },
    ])
    expect(parseNetworks('[{"name":"a","interface":"rail0"}]', 'team')).toEqual([
      { namespace: 'team', name: 'a', interface: 'rail0' },
    ])
    for (const bad of ['a/b/c', 'A_b', '[{"name":"a"', '{"name":"a"}', 'a@b@c'])
      expect(parseNetworks(bad, 'team')).toBeNull()
    expect(parseNetworkStatus('[{"name":"cbr0","ips":["10.0.0.1"],"default":true}]')).toMatchObject([
      { default: true, interface: null, pci: null },
    ])
    expect(parseNetworkStatus('[{}]')).toBeNull()
  })

  it('tolerates objects without status or spec', () => {
    expect(pods.project({ metadata: { name: 'p' } })).toMatchObject({ phase: null, node: null, containers: [] })
  })
})

describe('events', () => {
  const event = (more: object) =>
    events.project({
      metadata: { name: 'e', creationTimestamp: '2026-01-01T00:00:00Z' },
      involvedObject: { kind: 'Pod', name: 'p' },
      ...more,
    })

  it('takes times and counts as the rule says, scheduler events have none', () => {
    expect(
      event({ series: { count: 4, lastObservedTime: '2026-01-01T03:00:00Z' }, lastTimestamp: '2026-01-01T02:00:00Z' }),
    ).toMatchObject({ count: 4, lastAt: '2026-01-01T03:00:00Z' })
    expect(event({ eventTime: '2026-01-01T01:00:00Z', lastTimestamp: null, count: null })).toMatchObject({
      count: 1,
      lastAt: '2026-01-01T01:00:00Z',
    })
    expect(event({})).toMatchObject({ count: 1, lastAt: '2026-01-01T00:00:00Z' })
  })

  it('is about a node only where the object is named after one', () => {
    const about = (kind: string) =>
      events.project({ metadata: { name: 'e' }, involvedObject: { kind, name: 'dgx030' }, source: { host: 'dgx031' } })
    const nodesOf = (kind: string) => {
      const record = about(kind)
      return record === null ? null : events.nodesOf(record)
    }
    expect(nodesOf('Node')).toEqual(['dgx030'])
    expect(nodesOf('SriovNetworkNodeState')).toEqual(['dgx030'])
    expect(nodesOf('Pod')).toBe('*')
  })
})

describe('releases and placement', () => {
  it('reads series from operator and driver tags and nothing from others', () => {
    const tags = [
      'network-operator-v25.7.0',
      'v25.10.0-beta.3',
      'doca3.1.0-25.07-0.9.7.0-0',
      '24.07-0.6.1.0-0',
      'v4.1.0',
      'latest',
      'v0.2.0',
    ]
    expect(tags.map(releaseSeries)).toEqual(['25.7', '25.10', '25.7', '24.7', null, null, null])
    expect(releasesOfTag('nvidia-k8s-ipam', 'v0.2.0')).toEqual(['24.7', '24.10', '25.1'])
    expect(releasesOfTag('nvidia-k8s-ipam', 'v9.9.9')).toEqual([])
    expect(
      operatorRelease([{ component: 'network-operator', images: ['r.example.net:5000/x/network-operator:v25.7.0'] }]),
    ).toEqual({ version: '25.7.0', series: '25.7' })
  })

  it('matches DaemonSets as the controller does: cordon is tolerated, an unreachable taint is not', () => {
    const taint = (key: string, effect: string) => aNode('n', { taints: [{ key, value: null, effect, addedAt: null }] })
    expect(obstacles(aDaemonSet('multus'), taint('node.kubernetes.io/unschedulable', 'NoSchedule'))).toEqual([])
    expect(obstacles(aDaemonSet('multus'), taint('node.kubernetes.io/unreachable', 'NoSchedule'))).toHaveLength(1)
    const tolerant = aDaemonSet('config-daemon', {
      tolerations: [{ key: null, operator: 'Exists', value: null, effect: null }],
    })
    expect(obstacles(tolerant, taint('node.kubernetes.io/unreachable', 'NoSchedule'))).toEqual([])
  })

  it('lints the RDMA configuration by the rules of the plug-in', () => {
    const config = (entry: object) => JSON.stringify({ configList: [{ resourceName: 'a', rdmaHcaMax: 63, ...entry }] })
    const ids = (text: string) => lintRdmaConfig(text).map((each) => each.id)
    expect(ids(config({ selectors: { ifNames: ['ibp24s0'] } }))).toEqual([])
    expect(ids(config({ devices: ['ibp24s0'] }))).toEqual([])
    expect(ids(config({ selectors: { vendors: [] } }))).toEqual(['empty-selectors'])
    expect(ids(config({ selectors: { vendors: ['15b3'] }, devices: ['a'] }))).toEqual(['selectors-and-devices'])
    expect(ids(config({ devices: ['mlx5_0'] }))).toEqual(['rdma-names'])
    expect(ids(config({ rdmaHcaMax: -1, selectors: { vendors: ['15b3'] } }))).toEqual(['hca-max'])
    expect(ids(config({ resourceName: 'a-b', selectors: { vendors: ['15b3'] } }))).toEqual(['bad-resource-name'])
    expect(ids('{"configList": [}')).toEqual(['bad-json'])
    expect(ids('{}')).toEqual(['no-resources'])
  })
})
