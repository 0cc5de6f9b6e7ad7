import { format } from '@/lib/format'
import type { RasFacts } from './facts'
import { parseRas } from './parse'

/** EXPLAIN kind `nccl-ras`: answer of `ncclras`, text or JSON. */
export default format<'nccl-ras', RasFacts>({
  kind: 'nccl-ras',
  title: 'NCCL RAS report (ncclras)',
  recognise({ text }) {
    const head = text.slice(0, 256 * 1024)
    if (/^\s*\{/.test(head))
      return /"communicators" *:/.test(head) && /"(?:missing_ranks|ranks_count|secondary_hash)/.test(head) ? 95 : 0
    if (/^\s*Group +Comms .{0,120}Status +Errors *$/m.test(head)) return 95
    if (/^\s*RAS Monitor Mode - watching|^\s*\[[\d: -]{19}\] PEER_[A-Z_]{3,24}: Process \d/m.test(head)) return 90
    return /^\s*#\d+-\d+ \([\da-f]+\) (?:INCOMPLETE|MISMATCH|DEAD|TIMEOUT)/m.test(head) ? 85 : 0
  },
  parse: (capture) => parseRas(capture),
  provides: (facts) => ({ ncclRas: { reports: [facts] } }),
})
