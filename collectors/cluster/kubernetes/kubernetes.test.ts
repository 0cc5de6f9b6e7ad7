import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectors } from '@/collectors/index.gen'
import { toCapture } from '@/lib/explain/capture'
import { factsOfObjects } from '../objects'
import format from './format'
import { parseKubernetes, readObjects } from './parse'

const SAMPLES = join(import.meta.dirname, '../../../../shared/samples/k8s')

const POOL = `apiVersion: nv-ipam.nvidia.com/v1alpha1
kind: IPPool
metadata:
  name: rail-0
  namespace: net
spec:
  perNodeBlockSize: 8
  subnet: 10.0.0.0/24
status:
  allocations:
  - endIP: 10.0.0.8
    nodeName: n1
    startIP: 10.0.0.1
`
const facts = (text: string, as?: string) => parseKubernetes(toCapture(text), as ? { as } : undefined)
const kinds = (text: string) =>
  readObjects(toCapture(text)).objects.map((object) => `${object.kind}/${object.metadata.name}`)

describe('objects of a capture', () => {
  it('reads documents however they are joined', () => {
    expect(kinds(`${POOL}---\n${POOL}`)).toHaveLength(2)
    expect(kinds(POOL + POOL)).toHaveLength(2)
    expect(kinds(`$ kubectl get ippool -o yaml\n${POOL}user@host:~$ \n`)).toEqual(['IPPool/rail-0'])
    const json = JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } }, null, 2)
    expect(kinds(`${json}\n${json}\n`)).toEqual(['Node/n1', 'Node/n1'])
    expect(kinds(POOL.replaceAll('\n', '\r\n'))).toEqual(['IPPool/rail-0'])
    expect(kinds(POOL.replace(/^/gm, '    '))).toEqual(['IPPool/rail-0'])
  })

  it('gives items the kind of their list and knows events by their object', () => {
    expect(kinds('{"apiVersion":"v1","kind":"NodeList","items":[{"metadata":{"name":"n1"}}]}')).toEqual(['Node/n1'])
    expect(kinds('{"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"p"},"reason":"x"}')).toEqual([
      'Event/e',
    ])
  })

  const numbered = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line, at) => `${at + 1}:${line}\n`)
      .join('')
  const inOneLine =
    '{apiVersion: nv-ipam.nvidia.com/v1alpha1, kind: IPPool, metadata: {name: rail-0, namespace: net}, spec: {subnet: 10.0.0.0/24}}\n'

  it.each([
    ['flow style', inOneLine],
    ['flow style, two of them', `${inOneLine}---\n${POOL}`],
    ['quoted keys', POOL.replace(/^( *(?:- )?)(\w+):/gm, '$1"$2":')],
    ['quoted keys, joined', POOL.replace(/^( *(?:- )?)(\w+):/gm, '$1"$2":').repeat(2)],
    ['grep -n', numbered(POOL)],
    [
      'Ansible',
      `ok: [head] => ${JSON.stringify({ changed: false, resources: [{ kind: 'IPPool', metadata: { name: 'rail-0' } }] })}\n`,
    ],
  ])('reads objects in %s', (_, text) => {
    expect(format.recognise(toCapture(text))).toBeGreaterThan(50)
    expect([...new Set(kinds(text))]).toEqual(['IPPool/rail-0'])
  })

  it('takes no numbers of grep for what is none, and a gap between matches for lines left out', () => {
    expect(kinds('1:apiVersion: v1\n1:kind: Node\n1:metadata: {name: a}\n')).toEqual([])
    const gap = numbered(POOL).replace(/^5:.*\n/m, '--\n')
    expect(facts(gap)).toMatchObject({ status: 'ok', facts: { complete: false } })
  })

  it('puts a part that was printed alone back into its object', () => {
    const status = { appliedStates: [{ name: 'state-OFED', state: 'notReady' }], state: 'notReady' }
    expect(facts(JSON.stringify(status)).facts).toEqual({ objects: [{ kind: 'NicClusterPolicy' }] })
    const amounts = { cpu: '224', memory: '2113Ki', pods: '110', 'nvidia.com/rail0': '0' }
    const made = factsOfObjects(readObjects(toCapture(JSON.stringify(amounts))).objects, collectors)
    const resources = [{ name: 'nvidia.com/rail0', capacity: null, allocatable: 0 }]
    expect(made.nodes).toMatchObject([{ resources: expect.arrayContaining(resources) }])
  })

  it('calls an empty list looked at, and never one that the text ends in', () => {
    expect(facts('{"apiVersion":"v1","kind":"List","items":[]}')).toMatchObject({
      status: 'ok',
      facts: { objects: [] },
    })
    for (const cut of ['{"kind":"NodeList","items":[', '{"kind":"List","items":[{"kind":"No'])
      expect(facts(cut).status, cut).toBe('unreadable')
  })

  it('names an excerpt by --as and by what stands in it', () => {
    const status = 'status:\n  appliedStates:\n  - name: state-OFED\n    state: ready\n'
    expect(facts(status, 'k8s:NicClusterPolicy').facts).toEqual({ objects: [{ kind: 'NicClusterPolicy' }] })
    expect(facts(status).facts).toEqual({ objects: [{ kind: 'NicClusterPolicy' }] })
  })

  it('never lets an object that was cut be judged', () => {
    const list = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' } },
        { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2' } },
      ],
    })
    for (let end = 0; end <= list.length; end++) {
      const { objects, cut } = readObjects(toCapture(list.slice(0, end)))
      const names = [...objects, ...cut].flatMap((object) => object.metadata.name || [])
      expect(['n1', 'n2'].slice(0, names.length)).toEqual(names)
      if (end < list.length - 2) expect(objects.map((object) => object.metadata.name)).not.toContain('n2')
    }
    for (let end = 0; end <= POOL.length; end++) {
      const made = factsOfObjects(readObjects(toCapture(POOL.slice(0, end))).objects, collectors)
      const pool: unknown = Array.isArray(made.ipPools) ? made.ipPools[0] : undefined
      if (typeof pool !== 'object' || pool === null) continue
      expect(['rail-0', '']).toContain(Reflect.get(pool, 'name'))
      expect(['10.0.0.0/24', null]).toContain(Reflect.get(pool, 'subnet'))
    }
  })

  it('tells refusals apart', () => {
    const line =
      'Error from server (Forbidden): nodes is forbidden: User "v" cannot list resource "nodes" in API group "" at the cluster scope'
    expect(facts(line)).toMatchObject({
      status: 'denied',
      reason: { code: 'forbidden', text: expect.stringContaining('cannot list resource "nodes"') },
      facts: {},
    })
    expect(facts('Error from server (NotFound): pods "p" not found')).toMatchObject({ status: 'absent' })
    expect(facts('404 page not found')).toMatchObject({ status: 'absent' })
    const quota = {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      message: 'pods "p" is forbidden: exceeded quota: gpus',
    }
    expect(facts(JSON.stringify(quota))).toMatchObject({ status: 'denied', reason: { code: 'forbidden' } })
    expect(facts('No resources found in default namespace.')).toMatchObject({ status: 'ok', facts: { objects: [] } })
  })

  it('reads the events of a description', () => {
    const text = `Name:             p1
Namespace:        team-a
Containers:
  main:
Events:
  Type     Reason            Age   From               Message
  ----     ------            ----  ----               -------
  Warning  FailedScheduling  2m    default-scheduler  0/8 nodes are available: 8 Insufficient nvidia.com/a.
`
    const made = factsOfObjects(readObjects(toCapture(text)).objects, collectors)
    expect(made.events).toMatchObject([
      { kind: 'Pod', objectName: 'p1', reason: 'FailedScheduling', source: 'default-scheduler' },
    ])
  })

  it('reads the events of a description whose beginning is missing', () => {
    const text = `Events:
  Type     Reason            Age                From               Message
  ----     ------            ----               ----               -------
  Normal   Scheduled         9m                 default-scheduler  Successfully assigned ml/w-3 to gpu-1
  Warning  FailedCreatePodSandBox  4m (x14 over 9m)  kubelet  Failed to create pod sandbox: x
  Normal   NodeReady         4m                 kubelet            Node gpu-1 status is now: NodeReady
  Warning  FailedCreate      4m                 job-controller     Error creating: pods "t" is forbidden: x
`
    const made = factsOfObjects(readObjects(toCapture(text)).objects, collectors)
    expect(made.events).toMatchObject([
      { kind: 'Pod', objectName: 'w-3', reason: 'Scheduled' },
      { kind: 'Pod', objectName: 'w-3', objectNamespace: 'ml', reason: 'FailedCreatePodSandBox', count: 14 },
      { kind: 'Job', objectName: 'unnamed', objectNamespace: null, reason: 'FailedCreate' },
    ])
    expect(made.events).toHaveLength(3)
  })

  it('keeps the pools of nv-ipam and whereabouts apart', () => {
    const other = POOL.replace('nv-ipam.nvidia.com', 'whereabouts.cni.cncf.io')
    const made = factsOfObjects(readObjects(toCapture(POOL + other)).objects, collectors)
    expect(Object.keys(made).sort()).toEqual(['ipPools', 'whereaboutsPools'])
    expect(factsOfObjects([], collectors, { lists: [{ group: 'nv-ipam.nvidia.com', kind: 'IPPool' }] })).toEqual({
      ipPools: [],
    })
  })
})

interface Case {
  file: string
  kind: string
  as?: string
  expect?: { objects?: [string, string][] }
}

describe.skipIf(!existsSync(SAMPLES))('samples of objects', () => {
  const cases: Case[] = existsSync(SAMPLES) ? JSON.parse(readFileSync(join(SAMPLES, 'INDEX.json'), 'utf8')) : []
  it.each(cases)('$file', ({ file, kind, as, expect: wanted }) => {
    const capture = toCapture(readFileSync(join(SAMPLES, file), 'utf8'))
    if (kind !== 'k8s') return expect(format.recognise(capture)).toBeLessThan(60)
    const found = parseKubernetes(capture, as ? { as } : undefined)
    expect(format.recognise(capture)).toBeGreaterThan(50)
    expect(found.status).toBe('ok')
    if (wanted?.objects)
      expect(found.facts).toEqual({
        objects: wanted.objects.map(([kind, name]) => expect.objectContaining({ kind, name })),
      })
  })
})
