import { describe, expect, it } from 'vitest'
import { later, NOW } from '@/lib/engine/testing'
import { contactLog } from './contacts'

describe('the audit of connections (SEC-30)', () => {
  it('one line a node, address and day, and again until it could be written', () => {
    const lines: string[] = []
    const errors: unknown[] = []
    let now = NOW
    let isFull = true
    const record = ({ target }: { target: string }) => {
      if (isFull) throw new Error('disk full')
      lines.push(target)
    }
    const contact = contactLog({ record }, { now: () => new Date(now) }, (error) => errors.push(error))
    const target = { node: 'n1', address: '10.0.0.1', port: 22, user: 'cairn' }
    contact(target)
    isFull = false
    contact(target)
    contact(target)
    contact({ ...target, jump: { address: 'head', port: 22, user: 'ops' } })
    now = later(86_400)
    contact(target)
    expect(errors).toHaveLength(1)
    expect(lines).toEqual(['n1 cairn@10.0.0.1:22', 'n1 cairn@10.0.0.1:22 via ops@head:22', 'n1 cairn@10.0.0.1:22'])
  })
})
