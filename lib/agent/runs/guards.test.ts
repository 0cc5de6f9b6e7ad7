import { describe, expect, it } from 'vitest'
import type { Candidate } from '@/lib/runs/candidates'
import { guardOf } from './guards'

const candidate = (node: string, change: Partial<Candidate>): Candidate => ({
  node,
  eligible: true,
  gpusFree: 8,
  gpusTotal: 8,
  foreignGpuWork: false,
  reason: '8 of 8 GPUs are free',
  blockedLevel: null,
  ...change,
})
const processes = (...changes: Partial<Candidate>[]) => {
  const chosen = changes.map((change, at) => candidate(`n${at}`, change))
  const nodes = chosen.map((each) => each.node)
  return guardOf({ nodes, kind: 'nccl' }, chosen, null).find((each) => each.id === 'gpu-processes')
}

describe('what the guard says of GPU work past Kubernetes', () => {
  it('is green only where every chosen node was read', () => {
    expect(processes({}, {})).toEqual(expect.not.objectContaining({ unknown: true }))
    expect(processes({}, { foreignGpuWork: null })).toMatchObject({
      unknown: true,
      text: expect.stringContaining('n1'),
    })
  })

  it('is not known either on a node that an admin may override', () => {
    const broken = { eligible: false, blockedLevel: 'vfs', foreignGpuWork: null } as const
    expect(processes(broken)).toMatchObject({ unknown: true })
  })

  it('names what computes', () => {
    const foreign = { eligible: false, foreignGpuWork: true, reason: 'python3 (pid 4711)' } as const
    expect(processes(foreign, { foreignGpuWork: null })).toMatchObject({ ok: false, text: 'n0: python3 (pid 4711)' })
  })
})
