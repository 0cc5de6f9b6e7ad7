import { format } from '@/lib/format'
import type { PerftestFacts } from './facts'
import { parseFramed } from './framed'
import { isPrintedOtherwise } from './json'
import { parsePerftest } from './parse'
import { runsOfPerftest } from './runs'
import { isSectionLog } from './section-log'

/** Output of `ib_write_bw` and its sisters. */
export default format({
  kind: 'perftest',
  title: 'perftest (ib_write_bw, ib_write_lat, …)',
  recognise({ text }) {
    const head = text.slice(0, 200_000)
    if (isSectionLog(head)) return 97
    if (/^[ \t]*#bytes\s.{0,40}#iterations\s+(?:BW peak|t_)/m.test(head)) return 95
    if (/^[ \t]*(?:Send|RDMA_Write|RDMA_Read|Atomic)\w*(?: \w+){0,5} Test$/m.test(head)) return 90
    if (/^[ \t]*"?n_iterations"?\s*:\s*\d/m.test(head) && /^[ \t]*"?(?:MsgSize|test_info)"?\s*:/m.test(head)) return 92
    if (isPrintedOtherwise(head)) return 92
    if (/^[ \t]*"?test"?: "(?:Send|RDMA_Write|RDMA_Read|Atomic)\w*_[Tt]est"/m.test(head)) return 85
    if (/^[ \t]*(?:Did not detect devices|Unable to find the Infiniband\/RoCE device)/m.test(head)) return 80
    if (/^[ \t]*(?:Unable to init the socket connection|Unable to Connect the HCA's through the link)/m.test(head))
      return 80
    if (/^[ \t]*(?:Failed to modify QP \d+ to RT[RS]|Found Incompatibility issue with GID types)/m.test(head)) return 75
    if (
      /^[ \t]*(?:RDMA CM event error:|Received \d+ times ADDR_ERROR|Unable to perform rdma_(?:client|server) function)/m.test(
        head,
      )
    )
      return 75
    if (/^[ \t]*(?:Couldn't listen to port \d|ethernet_read_keys: Couldn't read remote address)/m.test(head)) return 70
    if (/^[ \t]*Completion with error at (?:client|server)/m.test(head)) return 75
    if (/^[ \t]*Port number \d+ state is (?:Nop|Down|Init|Armed|Active Defer)?$/m.test(head)) return 75
    if (
      /^[ \t]*(?:Couldn't create IB resources|Couldn't get context for the device|Couldn't allocate MR(?: with error=\d+)?|Did not get Message for \d+ Seconds, exiting\.\.)$/m.test(
        head,
      )
    )
      return 70
    return /^[ \t]*(?:\* Waiting for client to connect\.\.\. \*|Couldn't connect to \S{1,200}:\d{1,5}$)/m.test(head)
      ? 60
      : 0
  },
  parse: (capture) => (isSectionLog(capture.text) ? parseFramed(capture) : parsePerftest(capture)),
  provides: (facts: PerftestFacts) => ({ rdmaRuns: { runs: facts.runs ?? runsOfPerftest(facts) } }),
})
