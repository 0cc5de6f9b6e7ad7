import { describe, expect, it } from 'vitest'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'

const STATE = `Name:         gpu-a2
Namespace:    network-operator
Labels:       <none>
Annotations:  sriovnetwork.openshift.io/current-state: DrainComplete
              sriovnetwork.openshift.io/desired-state: Reboot_Required
API Version:  sriovnetwork.openshift.io/v1
Kind:         SriovNetworkNodeState
Metadata:
  Creation Timestamp:  2025-09-01T10:00:00Z
  Generation:          7
Spec:
  Interfaces:
    Name:         ibp24s0
    Num Vfs:      8
    Pci Address:  0000:18:00.0
    Vf Groups:
      Policy Name:    rail1
      Resource Name:  rail1
      Vf Range:       0-7
    Name:             ibp64s0
    Num Vfs:          8
    Pci Address:      0000:40:00.0
Status:
  Interfaces:
    Device ID:         1021
    Name:              ibp24s0
    Pci Address:       0000:18:00.0
    Totalvfs:          16
    Vendor:            15b3
    Vfs:
    Device ID:         1021
    Name:              ibp64s0
    Pci Address:       0000:40:00.0
    Totalvfs:          16
    Vendor:            15b3
  Sync Status:         InProgress
Events:
  Type     Reason           Age                 From           Message
  ----     ------           ----                ----           -------
  Normal   RebootNode       35m (x2 over 3h)    config-daemon  Reboot node has been initiated
`
const NODE = `Name:               gpu-a2
Labels:             nvidia.com/gpu.present=true
                    network.nvidia.com/operator.mofed.wait=false
Annotations:        sriovnetwork.openshift.io/state: Idle
Taints:             nvidia.com/gpu=present:NoSchedule
                    node.kubernetes.io/unschedulable:NoSchedule
Unschedulable:      true
Conditions:
  Type    Status  LastHeartbeatTime                 LastTransitionTime                Reason        Message
  ----    ------  -----------------                 ------------------                ------        -------
  Ready   True    Mon, 01 Dec 2025 10:00:00 +0000   Mon, 01 Sep 2025 10:00:00 +0000   KubeletReady  kubelet is posting ready status
Capacity:
  cpu:               224
  nvidia.com/gpu:    8
  nvidia.com/rail1:  8
  nvidia.com/rail2:  8
Allocatable:
  cpu:               224
  nvidia.com/gpu:    8
  nvidia.com/rail1:  0
  nvidia.com/rail2:  0
System Info:
  Kernel Version:    5.15.0-1062-nvidia
  Kubelet Version:   v1.31.4
Events:              <none>
`
const read = (text: string) => explain('-', text, knowledge)
const failed = (text: string) =>
  read(text)
    .answer.verdicts.filter((each) => each.status === 'fail')
    .map((each) => each.check)

describe('kubectl describe', () => {
  it('reads a custom resource with its lists of maps, and its events with their counts', () => {
    const { answer, objects } = read(STATE)
    expect(answer.facts.objects).toEqual([
      { kind: 'SriovNetworkNodeState', namespace: 'network-operator', name: 'gpu-a2' },
      { kind: 'Event', namespace: 'network-operator' },
    ])
    const [state] = objects?.objects ?? []
    expect(state?.spec).toMatchObject({
      interfaces: [
        {
          name: 'ibp24s0',
          numVfs: '8',
          pciAddress: '0000:18:00.0',
          vfGroups: [{ resourceName: 'rail1', vfRange: '0-7' }],
        },
        { name: 'ibp64s0', numVfs: '8', pciAddress: '0000:40:00.0' },
      ],
    })
    expect(answer.causes.map((each) => each.id)).toEqual(['operator-reboot-loop'])
  })

  it('reads resources, taints and labels of a node', () => {
    const { objects } = read(NODE)
    expect(objects?.objects[0]).toMatchObject({
      kind: 'Node',
      metadata: { labels: { 'nvidia.com/gpu.present': 'true', 'network.nvidia.com/operator.mofed.wait': 'false' } },
      spec: {
        unschedulable: true,
        taints: [
          { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' },
          { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
        ],
      },
      status: { allocatable: { 'nvidia.com/rail1': '0' }, conditions: [{ type: 'Ready', status: 'True' }] },
    })
    expect(failed(NODE)).toEqual(['zero-allocatable'])
  })

  it('judges nothing of a description that does not reach its events, or leaves lines out', () => {
    for (const text of [
      STATE.slice(0, STATE.indexOf('Status:')),
      NODE.slice(0, NODE.indexOf('System Info')),
      NODE.replace('  nvidia.com/rail2:  0\n', '  ...\n'),
    ]) {
      const { answer } = read(text)
      expect(answer.verdicts).toEqual([])
      expect(answer.facts.complete).toBe(false)
    }
  })

  it('reads two descriptions in one paste', () => {
    const { answer } = read(`${NODE}\n\n${NODE.replace('gpu-a2', 'gpu-a3')}`)
    expect(answer.facts.objects).toEqual([
      { kind: 'Node', name: 'gpu-a2' },
      { kind: 'Node', name: 'gpu-a3' },
    ])
  })
})

const STATES = `NAMESPACE          NAME     SYNC STATUS   DESIRED SYNC STATE   CURRENT SYNC STATE   AGE
network-operator   gpu-a1   Succeeded     Idle                 Idle                 40d
network-operator   gpu-a2   InProgress    Idle                 Idle                 40d
`
const PODS = `NAME                      READY   STATUS             RESTARTS       AGE   IP          NODE     NOMINATED NODE   READINESS GATES
kube-multus-ds-8x2lq      1/1     Running            0              3d    10.0.4.11   gpu-a1   <none>           <none>
rdma-shared-dp-ds-hh2n9   0/1     CrashLoopBackOff   7 (2m4s ago)   13m   10.0.4.13   gpu-a2   <none>           <none>
`

describe('kubectl get', () => {
  it('judges node states by their columns', () => {
    const { verdicts } = read(STATES).answer
    const about = (node: string) =>
      verdicts
        .filter((each) => each.check === 'node-state-not-synced' && each.subject === node)
        .map((each) => each.status)
    expect(about('gpu-a1')).toEqual(['pass'])
    expect(about('gpu-a2')).toEqual(['fail'])
  })

  it('names rows that hold too little, and judges nothing by them', () => {
    const { answer } = read(PODS)
    expect(answer.facts).toEqual({
      objects: [
        { kind: 'Pod', name: 'kube-multus-ds-8x2lq' },
        { kind: 'Pod', name: 'rdma-shared-dp-ds-hh2n9' },
      ],
    })
    expect(answer.verdicts).toEqual([])
  })

  it('reads the state of the policy and nothing else of it', () => {
    const text = 'NAME                 STATUS     AGE\nnic-cluster-policy   notReady   3d\n'
    expect(failed(text)).toEqual(['nic-cluster-policy-not-ready'])
    expect(read(text).answer.verdicts.map((each) => each.check)).not.toContain('staging-image')
  })

  it('leaves out a row that the capture ends in', () => {
    expect(read(STATES.trimEnd()).answer.facts.objects).toHaveLength(1)
  })

  it('reads events of the wide table', () => {
    const wide = `NAMESPACE   LAST SEEN   TYPE      REASON             OBJECT              SUBOBJECT   SOURCE              MESSAGE                                                    FIRST SEEN   COUNT   NAME
ml-team     2m11s       Warning   FailedScheduling   pod/nccl-worker-0               default-scheduler   0/9 nodes are available: 9 Insufficient nvidia.com/rail3.  9m           3       nccl-worker-0.17f0a2
`
    const found = read(wide).objects?.objects[0]
    expect(found?.message).toBe('0/9 nodes are available: 9 Insufficient nvidia.com/rail3.')
    expect(failed(wide)).toContain('unschedulable-for-network')
  })
})

describe('events of queues and tables', () => {
  const table = (...rows: string[]) =>
    `LAST SEEN   TYPE      REASON         OBJECT           MESSAGE\n${rows.join('\n')}\n`

  it('names what a table without namespaces is about, and guesses none', () => {
    const { verdicts } = read(
      table(
        '9m          Warning   FailedCreate   job/nccl         Error creating: pods "nccl-x" is forbidden: exceeded quota: q, requested: requests.nvidia.com/gpu=16, used: requests.nvidia.com/gpu=8, limited: requests.nvidia.com/gpu=16',
      ),
    ).answer
    expect(verdicts.flatMap((each) => (each.status === 'fail' ? [[each.check, each.subject]] : []))).toEqual([
      ['workload-refused', 'nccl'],
    ])
  })

  it.each([
    [
      'Kueue',
      `couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor h100, 8 more needed`,
      'workload/job-train-1f',
    ],
    [
      'Volcano',
      '3/4 tasks in gang unschedulable: pod group is not ready, 1 Pending, 3 Running, 4 minAvailable',
      'podgroup/train',
    ],
  ])('says that %s holds a workload, and that nothing is broken', (queue, message, object) => {
    const { verdicts } = read(table(`1m          Warning   Pending        ${object}   ${message}`)).answer
    const found = verdicts.find((each) => each.check === 'pod-pending-reason')
    expect(found?.status).toBe('warn')
    expect(found?.summary).toContain(`${queue} holds it`)
    expect(verdicts.filter((each) => each.status === 'fail')).toEqual([])
  })
})

describe('refusals', () => {
  it.each([
    [
      'Error from server (InternalError): error when creating "p.yaml": Internal error occurred: failed calling webhook "w": no endpoints available for service "s"',
      'denied',
      'forbidden',
    ],
    [
      'error: resource mapping not found for name: "x" namespace: "" from "n.yaml": no matches for kind "NicClusterPolicy" in version "mellanox.com/v1alpha1"',
      'absent',
      'other',
    ],
    ['The NicClusterPolicy "nic-cluster-policy" is invalid: spec.x.repository: Required value', 'denied', 'other'],
    [
      'Error from server (Forbidden): pods is forbidden: User "u" cannot list resource "pods" in API group "" at the cluster scope',
      'denied',
      'forbidden',
    ],
  ])('%s', (line, status, code) => {
    const { answer } = read(`${line}\n`)
    expect([answer.kind, answer.status, answer.reason?.code]).toEqual(['k8s', status, code])
  })
})
