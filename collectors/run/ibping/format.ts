import { runOfCapture } from '@/collectors/run/perftest/runs'
import { format } from '@/lib/format'
import { type IbpingFacts, parseIbping } from './parse'

/** Output of `ibping`. */
export default format({
  kind: 'ibping',
  title: 'ibping',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*Pong from .{0,200} \(Lid \d{1,5}\): time \d/m.test(head)) return 95
    if (/^[ \t]*--- .{0,200} ibping statistics ---/m.test(head)) return 95
    return /^[ \t]*ibping: iberror: /m.test(head) ? 90 : 0
  },
  parse: parseIbping,
  provides: (facts: IbpingFacts) => ({ rdmaRuns: { runs: [runOfCapture('ibping', 'ibping', facts)] } }),
})
