import { runOfCapture } from '@/collectors/run/perftest/runs'
import { format } from '@/lib/format'
import { parseRping, type RpingFacts } from './parse'

/** Output of `rping`. */
export default format({
  kind: 'rping',
  title: 'rping',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*(?:server )?ping data: rdma-ping-\d/m.test(head)) return 95
    if (/^[ \t]*(?:client|server) DISCONNECT EVENT\.\.\./m.test(head)) return 85
    if (/^[ \t]*cma event RDMA_CM_EVENT_\w+, error -?\d/m.test(head)) return 85
    return /^[ \t]*(?:No RDMA devices were detected|rdma_(?:create_id|create_event_channel|bind_addr|listen|resolve_addr|resolve_route|connect): [A-Z]|getaddrinfo failed \([^)\n]{1,100}\) - invalid hostname or IP address|wait for (?:CONNECTED|CONNECT_REQUEST|RDMA_\w+) state \d|waiting for addr\/route resolution state \d|cq completion failed status \d)/m.test(
      head,
    )
      ? 75
      : 0
  },
  parse: parseRping,
  provides: (facts: RpingFacts) => ({ rdmaRuns: { runs: [runOfCapture('rping', 'rping', facts)] } }),
})
