import { describe, expect, it } from 'vitest'
import { readObjects } from '@/collectors/cluster/kubernetes/parse'
import { factsOfObjects } from '@/collectors/cluster/objects'
import { collectors } from '@/collectors/index.gen'
import missingResource from '@/lib/checks/resources/missing-resource'
import nodeState from '@/lib/checks/vfs/node-state-not-synced'
import policySelects from '@/lib/checks/vfs/policy-selects-nothing'
import { toCapture } from '@/lib/explain/capture'
import { exampleNode, examplePf, examplePolicy, exampleSpec, exampleState } from './examples'
import { inNetwork, networksOverlap, parseIp, parseNetwork, rangeSize, usable } from './ip'
import { whyPending } from './pending'
import { pfRows } from './pf-rows'
import { examplePending, examplePod } from './pod-examples'
import { examplePool } from './pool-examples'
import { blockCount } from './pools'
import { readScheduling } from './scheduling'

const ANYWHERE = { node: null, profile: null }
const row = (change: Parameters<typeof exampleState>[0]) => pfRows(exampleState(change)).map((each) => each.firmware)

describe('firmware against policy (k8s-formats §0.2, §2, §3.1)', () => {
  it('wants equality downwards too, but only enough where the PF is externally managed', () => {
    expect(row({ pfs: [examplePf('ibp24s0', '0000:18:00.0', 16, 16)] })).toEqual(['differs'])
    expect(row({ pfs: [examplePf('ibp24s0', '0000:18:00.0', 4, 4)] })).toEqual(['too-small'])
    expect(row({ pfs: [examplePf('ibp24s0', '0000:18:00.0', null, 0)] })).toEqual(['off'])
    const external = { ...exampleSpec('ibp24s0', '0000:18:00.0', 4), externallyManaged: true }
    expect(row({ specs: [external], pfs: [examplePf('ibp24s0', '0000:18:00.0', 16, 16)] })).toEqual(['fits'])
  })

  it('compares the larger request of both ports of a card, and other vendors only by size', () => {
    const specs = [exampleSpec('a', '0000:3b:00.0', 8), exampleSpec('b', '0000:3b:00.1', 4)]
    const pfs = [examplePf('a', '0000:3b:00.0', 8, 8), examplePf('b', '0000:3b:00.1', 8, 4)]
    expect(row({ specs, pfs })).toEqual(['fits', 'fits'])
    expect(row({ pfs: [{ ...examplePf('ibp24s0', '0000:18:00.0', 64, 8), vendor: '8086' }] })).toEqual(['fits'])
  })
})

describe('node states', () => {
  it('reads the real GUID from the address and only zero from the reversed field', () => {
    const text = `apiVersion: sriovnetwork.openshift.io/v1
kind: SriovNetworkNodeState
metadata: {name: n1, namespace: op}
status:
  interfaces:
  - pciAddress: "0000:18:00.0"
    linkSpeed: "-1 Mb/s"
    linkType: IB
    Vfs:
    - {vfID: 0, guid: "01:00:7a:00:03:64:32:02", mac: "00:00:05:e2:fe:80:00:00:00:00:00:00:02:32:64:03:00:7a:00:01"}
    - {vfID: 1, guid: "00:00:00:00:00:00:00:00"}
    - {vfID: 2}
  syncStatus: Succeeded
`
    const { nodeStates } = factsOfObjects(readObjects(toCapture(text)).objects, collectors)
    const vf = { portGuid: null, zeroGuid: null }
    expect(nodeStates).toMatchObject([
      {
        reported: true,
        pfs: [
          {
            linkSpeed: null,
            totalVfs: null,
            numVfs: 3,
            vfs: [{ portGuid: '02:32:64:03:00:7a:00:01', zeroGuid: false }, { ...vf, zeroGuid: true }, vf],
          },
        ],
      },
    ])
  })

  it('does not call an empty spec a fault of the policies while no inventory was reported', () => {
    const answer = policySelects.run(
      {
        sriovPolicies: [examplePolicy()],
        nodes: [exampleNode()],
        nodeStates: [exampleState({ specs: [], pfs: [], inventory: false })],
      },
      ANYWHERE,
    )
    expect(answer.status).toBe('lacking')
  })

  it('has no time limit without a clock, and one with it', () => {
    const state = exampleState({ syncStatus: 'InProgress', desiredState: 'Reboot_Required', currentState: 'Draining' })
    expect(nodeState.run({ nodeStates: [state] }, ANYWHERE).status).toBe('warn')
    expect(nodeState.run({ nodeStates: [state], clock: { now: '2026-03-02T10:00:00Z' } }, ANYWHERE).status).toBe('fail')
  })
})

describe('resources', () => {
  it('says nothing of a node whose kubelet is silent', () => {
    expect(
      missingResource.run(
        { nodes: [exampleNode({ ready: 'Unknown', resources: [] })], nodeStates: [exampleState()] },
        ANYWHERE,
      ).status,
    ).toBe('lacking')
  })

  it('computes free from requests, never from allocatable alone', () => {
    const pending = examplePending('', { 'nvidia.com/resibp24s0': 8 })
    expect(whyPending(pending, [exampleNode()], [pending, examplePod()]).kind).toBe('queue')
    expect(whyPending(pending, [exampleNode()], [pending, examplePod({ phase: 'Succeeded' })])).toMatchObject({
      kind: 'fault',
      resources: [],
    })
  })

  it('does not take a taint for the cause where a resource is short, old and new wording', () => {
    const old = readScheduling(
      '0/10 nodes are available: 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 8 Insufficient nvidia.com/resibp24s0. preemption: 0/10 nodes are available: 10 Preemption is not helpful for scheduling.',
    )
    expect(old).toEqual({
      nodes: 10,
      insufficient: [{ resource: 'nvidia.com/resibp24s0', nodes: 8 }],
      others: ['2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }'],
    })
    const new_ = readScheduling(
      '0/5 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient rdma/hca. no new claims to deallocate, preemption: 0/5 nodes are available: 5 Preemption is not helpful.',
    )
    expect(new_.insufficient).toEqual([{ resource: 'rdma/hca', nodes: 3 }])
  })
})

describe('IP arithmetic', () => {
  it('counts blocks as nv-ipam does', () => {
    expect(blockCount(examplePool({ subnet: '192.168.0.0/24', blockSize: 8 }))).toBe(31)
    expect(blockCount(examplePool({ subnet: '192.168.0.0/24', blockSize: 16 }))).toBe(15)
    expect(blockCount(examplePool({ subnet: '192.168.3.0/27', blockSize: 8 }))).toBe(3)
    expect(blockCount(examplePool({ subnet: 'fd00::/64', blockSize: 8 }))).toBe(Number.MAX_SAFE_INTEGER)
    expect(blockCount(examplePool({ subnet: 'x', blockSize: 8 }))).toBeNull()
  })

  it('refuses what is no address', () => {
    for (const bad of ['1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4.5', 'fd00:::1', '1::2::3', 'g::1', '', '10.0.0.1/24'])
      expect(parseIp(bad), bad).toBeNull()
    for (const bad of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/24/8'])
      expect(parseNetwork(bad), bad).toBeNull()
    expect(parseIp('fd00::1')).toEqual({ bits: 128, value: (0xfd00n << 112n) + 1n })
  })

  it('knows sizes, membership and overlap', () => {
    const [a, b] = [parseNetwork('10.0.0.77/24'), parseNetwork('10.0.0.128/25')]
    if (a === null || b === null) throw new Error('networks must parse')
    expect([usable(a), usable(b), networksOverlap(a, b), rangeSize('10.0.0.1', '10.0.0.8')]).toEqual([
      254n,
      126n,
      true,
      8n,
    ])
    expect(inNetwork({ bits: 32, value: 0x0a000100n }, a)).toBe(false)
  })
})
