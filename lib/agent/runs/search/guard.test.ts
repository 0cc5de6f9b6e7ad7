import { describe, expect, it } from 'vitest'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { Candidate } from '@/lib/runs/candidates'
import type { ClusterNow } from '../guards'
import { busyNodes } from './guard'

const SETUP = { rails: [], shared: null }
const cluster = (...names: string[]): ClusterNow => ({
  nodes: names.map((name) => ({ name, resources: [] }) as unknown as NodeFact),
  pods: [],
  nads: [],
  mpi: null,
})
const candidate = (node: string, change: Partial<Candidate> = {}): Candidate => ({
  node,
  eligible: true,
  gpusFree: 8,
  gpusTotal: 8,
  foreignGpuWork: false,
  reason: '',
  blockedLevel: null,
  ...change,
})

describe('nodes a search may use', () => {
  it('leaves out a node that left, and one whose GPUs are taken, with why', () => {
    const taken = candidate('c', { eligible: false, reason: '8 of 8 GPUs are in use' })
    expect(busyNodes(['a', 'b', 'c'], SETUP, cluster('a', 'c'), [candidate('a'), taken])).toEqual([
      { node: 'b', why: 'it is not in the cluster any more' },
      { node: 'c', why: '8 of 8 GPUs are in use' },
    ])
  })

  it('after a restart nothing is concluded from a fleet that comes back piece by piece', () => {
    const waits = /not all known again yet/
    expect(busyNodes(['a', 'b'], SETUP, cluster(), [])).toMatch(waits)
    expect(busyNodes(['a', 'b'], SETUP, cluster('a', 'b'), [])).toMatch(waits)
    expect(busyNodes(['a', 'b'], SETUP, cluster('a', 'b'), [candidate('a')])).toMatch(waits)
    expect(busyNodes(['a'], SETUP, { ...cluster('a'), nodes: null }, [])).toMatch(/cannot be read/)
  })
})
