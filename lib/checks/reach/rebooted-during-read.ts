import { check } from '@/lib/check'
import { HEALTHY_REACH } from '@/lib/reach-checks'

export default check({
  id: 'rebooted-during-read',
  level: 'reach',
  title: { pass: 'The node kept running while it was read', fail: 'The node rebooted while it was read' },
  why: 'Boot id before and after the reads differ: half of the answers would be from another boot, so all were thrown away. The next sweep reads again.',
  refs: ['security F-24'],
  needs: ['reach'],
  after: [],
  run: ({ reach }) => {
    if (!reach.ssh?.ok) return { status: 'skip', summary: 'The node was not reached' }
    if (reach.discarded?.kind !== 'rebooted-during-read')
      return { status: 'pass', summary: 'One boot id from start to end' }
    return {
      status: 'fail',
      reason: 'rebooted-during-read',
      summary: reach.discarded.text,
      findings: [{ subject: reach.ssh.address, status: 'fail', summary: reach.discarded.text }],
      fix: [{ text: 'Wait for the next sweep, or verify again', risk: 'none' }],
    }
  },
  examples: [
    { name: 'same boot', facts: { reach: HEALTHY_REACH }, status: 'pass' },
    {
      name: 'boot id changed',
      facts: {
        reach: {
          ...HEALTHY_REACH,
          discarded: { kind: 'rebooted-during-read', text: 'boot id changed from 41aa… to 9f2c… during the sweep' },
        },
      },
      status: 'fail',
    },
  ],
})
