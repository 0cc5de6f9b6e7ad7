import { check } from '@/lib/check'
import { ageWords } from '@/lib/engine/freshness'
import { HEALTHY_REACH } from '@/lib/reach-checks'

export default check({
  id: 'evidence-stale',
  level: 'reach',
  title: { pass: 'All evidence is fresh', fail: 'Some evidence is older than its budget' },
  why: 'What is older than its budget (90 s from Kubernetes, 15 min from a node) is shown with its age and judged unknown: the node may have changed since.',
  refs: ['DESIGN §3 freshness'],
  needs: ['reach'],
  after: ['api-unreachable', 'ssh-timeout', 'ssh-refused', 'ssh-auth', 'ssh-host-key'],
  run: ({ reach }) => {
    if (reach.stale.length === 0) return { status: 'pass', summary: 'Every fact is within its budget' }
    const oldest = Math.max(...reach.stale.map((fact) => fact.ageSec))
    return {
      status: 'warn',
      reason: 'evidence-stale',
      summary: `${reach.stale.length} facts are past their budget; the oldest was read ${ageWords(oldest)} ago`,
      findings: reach.stale.map((fact) => ({
        subject: fact.fact,
        status: 'warn',
        summary: `${ageWords(fact.ageSec)} old, budget ${ageWords(fact.budgetSec)}`,
      })),
      fix: [{ text: 'Verify again; if it stays, see which connection is broken on the doctor page', risk: 'none' }],
    }
  },
  examples: [
    { name: 'fresh', facts: { reach: HEALTHY_REACH }, status: 'pass' },
    {
      name: 'an hour old',
      facts: { reach: { ...HEALTHY_REACH, stale: [{ fact: 'nicFirmware', ageSec: 3600, budgetSec: 900 }] } },
      status: 'warn',
    },
  ],
})
