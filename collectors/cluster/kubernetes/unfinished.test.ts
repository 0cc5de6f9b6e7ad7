import { describe, expect, it } from 'vitest'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'

const answerOf = (text: string) => explain('x', text, knowledge).answer
const failed = (text: string) => answerOf(text).verdicts.flatMap((each) => (each.status === 'fail' ? [each.check] : []))

const STATE = `apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetworkNodeState
metadata:
  name: n1
  namespace: net
spec:
  interfaces:
  - name: ibs0
    numVfs: 8
    pciAddress: "0000:19:00.0"
status:
  interfaces:
  - name: ibs0
    numVfs: 8
    pciAddress: "0000:19:00.0"
    totalvfs: 8
    vendor: 15b3
  syncStatus: Succeeded
`
const MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: rdma-devices
  namespace: net
data:
  config.json: |
    {"configList": [
      {"resourceName": "a", "rdmaHcaMax": 63,
       "selectors": {"ifNames": ["ibp24s0"]}}
    ]}
`
const POD = `apiVersion: v1
kind: Pod
metadata:
  name: w
  namespace: ml
  uid: u
spec:
  containers:
  - name: c
    image: i
status:
  phase: Failed
  reason: TopologyAffinityError
`

describe('YAML that ends at the end of a line looks whole (`| head -40`)', () => {
  it.each([
    ['a node state', STATE],
    ['a configuration in JSON', MAP],
    ['a pod', POD],
  ])('%s: no line at which it may stop makes a fault, or a pass of what fails', (_, text) => {
    const whole = answerOf(text).verdicts.map((each) => [each.check, each.status].join(' '))
    const lines = text.split('\n')
    for (let end = 3; end < lines.length - 1; end += 1) {
      const cut = answerOf(`${lines.slice(0, end).join('\n')}\n`)
      const said = cut.verdicts
        .filter((each) => each.status !== 'unknown')
        .map((each) => `${each.check} ${each.status}`)
      const other = said.filter((each) => !whole.includes(each) && each !== 'admission-error pass')
      expect(other, `after line ${end}`).toEqual([])
    }
    expect(answerOf(text).facts.complete).toBeUndefined()
  })

  it('still judges excerpts, and JSON that is broken but closed', () => {
    expect(failed('status:\n  interfaces: []\n  syncStatus: Failed\n')).toContain('node-state-not-synced')
    expect(failed(MAP.replace('"a", ', '"a",, '))).toContain('rdma-plugin-config')
  })

  it('claims nothing missing of a kind that the list ends in', () => {
    const item = (kind: string, apiVersion: string, name: string, spec: object) => ({
      apiVersion,
      kind,
      metadata: { name, namespace: 'ml' },
      spec,
    })
    const network = (name: string) =>
      item('SriovIBNetwork', 'sriovnetwork.openshift.io/v1', name, { resourceName: name, networkNamespace: 'ml' })
    const nad = (name: string) =>
      item('NetworkAttachmentDefinition', 'k8s.cni.cncf.io/v1', name, { config: '{"type":"ib-sriov","name":"x"}' })
    const list = (...items: object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, null, 2)
    expect(failed(list(network('a'), network('b'), nad('a')))).toContain('network-without-nad')
    const cut = list(network('a'), network('b'), nad('a'), nad('b'))
    const { facts } = answerOf(cut.slice(0, cut.lastIndexOf('"name": "b"')))
    expect(facts.objects).toHaveLength(4)
    expect(failed(cut.slice(0, cut.lastIndexOf('"name": "b"')))).toEqual([])
  })
})
