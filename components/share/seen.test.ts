import { describe, expect, it } from 'vitest'
import { healthyPage, nodePageOf } from '@/e2e/stand-in/incident'
import { causeChange, liveLink, nodeChange, readSeen, runChange, seenCause, seenNode, seenRun } from './seen'

const AT = Date.parse('2026-11-21T12:00:00Z')

describe('a live link', () => {
  it('remembers what it showed, and says what changed since', () => {
    const broken = nodePageOf('dgx030', 'incident')?.report
    const healthy = healthyPage('healthy')?.report
    if (!broken || !healthy) throw new Error('no fixture')
    const link = liveLink('https://cairn.example/nodes/dgx030?level=vfs', seenNode(broken, AT))
    const seen = readSeen(new URL(link).searchParams.get('seen'))
    expect(new URL(link).searchParams.get('level')).toBe('vfs')
    expect(seen?.at).toBe('2026-11-21T12:00:00.000Z')
    expect(nodeChange(seen, broken)).toBeNull()
    expect(nodeChange(seen, healthy)).toEqual({ before: 'Failed at Drivers and firmware', now: 'OK' })
  })

  it('says when the level is the same and the reason is another', () => {
    const broken = nodePageOf('dgx030', 'incident')?.report
    if (!broken) throw new Error('no fixture')
    const seen = readSeen(seenNode(broken, AT))
    const causes = broken.causes.map((cause) => ({ ...cause, signature: `${cause.signature}:other` }))
    expect(nodeChange(seen, { ...broken, causes })).toEqual({
      before: 'Failed at Drivers and firmware',
      now: 'the same, for another reason',
    })
    // A link of before this was remembered says nothing of it.
    expect(nodeChange(readSeen('fail.drivers.mh2k1c'), broken)).toBeNull()
  })

  it('does so for runs and causes', () => {
    expect(runChange(readSeen(seenRun('running', AT)), 'pass', 'As expected')).toEqual({
      before: 'Running',
      now: 'As expected',
    })
    expect(causeChange(readSeen(seenCause(37, AT)), 2)).toEqual({ before: '37 nodes', now: '2 nodes' })
    expect(causeChange(readSeen(seenCause(2, AT)), 2)).toBeNull()
  })

  it.each(['', 'fail', 'fail.vfs', '<b>.vfs.1', 'all is well.x.1', 'evil.vfs.1', `fail.${'v'.repeat(99)}.1`])(
    'takes no words from %j',
    (text) => expect(readSeen(text)).toBeNull(),
  )
})
