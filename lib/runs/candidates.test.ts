import { describe, expect, it } from 'vitest'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import { candidatesOf } from './candidates'

const node = (name: string): NodeFact =>
  ({
    name,
    ready: 'True',
    unschedulable: false,
    taints: [],
    labels: {},
    resources: [{ name: 'nvidia.com/gpu', capacity: 8, allocatable: 8 }],
  }) as unknown as NodeFact
const pod = (on: string, gpus: number, phase = 'Running'): PodFact =>
  ({ node: on, phase, requests: { 'nvidia.com/gpu': gpus } }) as unknown as PodFact
const slurm = { processes: [{ pci: '0000:1b:00.0', pid: 4711, name: 'python3' }] }
const one = (pods: readonly PodFact[] | null, processes: ReadonlyMap<string, typeof slurm>) =>
  candidatesOf([node('a')], pods, new Map(), processes)[0]

describe('who may take part in a run', () => {
  it('a node whose GPUs compute for somebody past Kubernetes may not (SEC-51b)', () => {
    expect(one([], new Map([['a', slurm]]))).toMatchObject({
      eligible: false,
      foreignGpuWork: true,
      blockedLevel: null,
      reason: 'A process that Kubernetes did not start computes on its GPUs: python3 (pid 4711)',
    })
  })

  it('an empty list is nobody; a list that was not read is not known, and not nobody', () => {
    expect(one([], new Map([['a', { processes: [] }]]))).toMatchObject({ eligible: true, foreignGpuWork: false })
    expect(one([], new Map())).toMatchObject({ eligible: true, foreignGpuWork: null })
  })

  it('GPUs that pods hold are in use, whoever the processes belong to; pods that ended hold none', () => {
    expect(one([pod('a', 8)], new Map([['a', slurm]]))).toMatchObject({
      eligible: false,
      foreignGpuWork: null,
      reason: '8 of 8 GPUs are in use',
    })
    expect(one([pod('a', 8, 'Succeeded')], new Map())).toMatchObject({ eligible: true })
    expect(one(null, new Map())).toMatchObject({ eligible: false })
  })
})
