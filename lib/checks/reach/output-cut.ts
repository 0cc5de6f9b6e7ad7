import { check } from '@/lib/check'
import { sectionCheck } from '@/lib/reach-checks'

export default check(
  sectionCheck({
    id: 'output-cut',
    title: { pass: 'No output was cut', fail: 'Output was longer than its cap and was cut' },
    why: 'What was cut is unknown, not absent: checks over it may say unknown.',
    refs: ['security SEC-45, F-19'],
    status: 'cut',
    words: (section) => `${section.id} was cut at its cap`,
    fix: () => [{ text: 'Look at the raw evidence: what floods the output?', risk: 'none' }],
  }),
)
