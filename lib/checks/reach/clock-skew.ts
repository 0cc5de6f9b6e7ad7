import { check } from '@/lib/check'
import { HEALTHY_REACH } from '@/lib/reach-checks'

/** Seconds: security F-44 and CHECKS §0. */
const MAX_SKEW_SEC = 30

export default check({
  id: 'clock-skew',
  level: 'reach',
  title: { pass: 'Node clock agrees with ours', fail: 'Node clock differs from ours' },
  why: 'Times in logs and events of this node cannot be compared with others. Ages in Cairn are counted from when an answer arrived, so verdicts are not affected.',
  refs: ['security F-44', 'CHECKS §0: more than 30 s'],
  needs: ['reach'],
  after: [],
  run: ({ reach }) => {
    if (reach.clockSkewSec === null) return { status: 'skip', summary: 'The node clock was not read' }
    const skew = Math.round(reach.clockSkewSec)
    if (Math.abs(skew) <= MAX_SKEW_SEC) return { status: 'pass', summary: `${skew} s apart` }
    return {
      status: 'warn',
      reason: 'clock-skew',
      summary: `The node’s clock is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} ours; more than ${MAX_SKEW_SEC} s`,
      evidence: [
        {
          kind: 'value',
          label: 'clock difference',
          value: skew,
          unit: 's',
          expected: `within ${MAX_SKEW_SEC}`,
          source: 'CHECKS §0',
          ok: false,
        },
      ],
      fix: [
        {
          text: 'Look at time synchronisation on the node',
          command: 'chronyc tracking || timedatectl timesync-status',
          risk: 'none',
        },
      ],
    }
  },
  examples: [
    { name: 'in step', facts: { reach: HEALTHY_REACH }, status: 'pass' },
    { name: 'ten minutes ahead', facts: { reach: { ...HEALTHY_REACH, clockSkewSec: 600 } }, status: 'warn' },
  ],
})
