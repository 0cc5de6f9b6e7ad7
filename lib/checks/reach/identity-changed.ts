import { check } from '@/lib/check'
import { HEALTHY_REACH } from '@/lib/reach-checks'

export default check({
  id: 'identity-changed',
  level: 'reach',
  title: { pass: 'The machine behind the name is the same', fail: 'Another machine answers under this name' },
  why: 'The machine id differs from what Kubernetes or an earlier sweep says. Its answers were thrown away: they would be judged under the wrong name.',
  refs: ['security F-26'],
  needs: ['reach'],
  after: [],
  run: ({ reach }) => {
    if (!reach.ssh?.ok) return { status: 'skip', summary: 'The node was not reached' }
    if (reach.discarded?.kind !== 'identity-changed') return { status: 'pass', summary: 'Machine id as before' }
    return {
      status: 'fail',
      reason: 'identity-changed',
      summary: reach.discarded.text,
      findings: [{ subject: reach.ssh.address, status: 'fail', summary: reach.discarded.text }],
      fix: [
        {
          text: 'Check the address of the node and DNS; if the machine was reinstalled, delete and re-add the Node object',
          risk: 'none',
        },
      ],
    }
  },
  examples: [
    { name: 'same machine', facts: { reach: HEALTHY_REACH }, status: 'pass' },
    {
      name: 'another machine id',
      facts: {
        reach: {
          ...HEALTHY_REACH,
          discarded: { kind: 'identity-changed', text: 'machine-id is 9f2c…, Kubernetes says 41aa…' },
        },
      },
      status: 'fail',
    },
  ],
})
