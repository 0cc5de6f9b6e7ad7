import { format } from '@/lib/format'
import type { RasFacts } from './facts'
import { parseRas } from './parse'
import { isRasRefusal } from './refusal'

/** EXPLAIN kind `nccl-ras`: answer of `ncclras`, text or JSON. */
export default format<'nccl-ras', RasFacts>({
  kind: 'nccl-ras',
  title: 'NCCL RAS report (ncclras)',
  recognise({ text }) {
    const head = text.slice(0, 256 * 1024)
    const isJson = /^\s*\{/m.test(head)
    if (
      isJson &&
      /"communicators" *:/.test(head) &&
      /"(?:missing_ranks|ranks_count|secondary_hash|communicators_count)/.test(head)
    )
      return 95
    if (/^\s*Group +Comms .{0,120}Status +Errors *$/m.test(head)) return 95
    if (
      /^\s*RAS Monitor Mode - watching|^\s*\[[\d: -]{19}\] PEER_[A-Z_]{3,24}: |"event" *: *"PEER_[A-Z_]{3,24}"/m.test(
        head,
      )
    )
      return 90
    // The head alone: NCCL's own version line never says what it was compiled with.
    if (/^\s*NCCL version \S{1,40} compiled with CUDA/m.test(head) && /^\s*Job summary$/m.test(head)) return 90
    if (isRasRefusal(head)) return 80
    return /^\s*#\d+-\d+ \([\da-f]+\) (?:INCOMPLETE|MISMATCH|DEAD|TIMEOUT|ERROR)/m.test(head) ? 85 : 0
  },
  parse: (capture) => parseRas(capture),
  provides: (facts) => ({ ncclRas: { reports: [facts] } }),
})
