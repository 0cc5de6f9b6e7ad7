import { format } from '@/lib/format'
import { infinibandOfRdma, type RdmaFacts } from './facts'
import { parseRdma } from './parse'

/** Output of `rdma link`, `rdma dev`, `rdma system` (iproute2). */
export default format({
  kind: 'rdma',
  title: 'rdma link, dev or system (iproute2)',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*(?:link |\d+\/\d+: )[^\s/]{1,128}\/\d{1,3}:? .{0,300}\bstate [A-Z_]+ /m.test(head)) return 95
    if (/^[ \t]*\d{1,6}: [^\s:]{1,128}: node_type \w/m.test(head)) return 95
    if (/^[ \t]*netns (?:shared|exclusive)(?:\s|$)/m.test(head)) return 85
    if (/^[ \t]*Failed to open NETLINK_RDMA/m.test(head)) return 80
    if (/^[ \t]*Wrong device name(?: - \S{1,128})?\s*$/m.test(head)) return 60
    if (/^[ \t]*(?:\{|\[[ \t]*(?:\{|$))/m.test(head)) {
      if (/"physical_state"\s*:/.test(head) && /"ifname"\s*:/.test(head)) return 95
      if (/"node_type"\s*:/.test(head) && /"ifname"\s*:/.test(head)) return 95
      if (/"netns"\s*:\s*"(?:shared|exclusive)"/.test(head)) {
        if (/"copy-on-fork"|"privileged-qkey"/.test(head)) return 90
        // The whole answer before iproute2 5.12.
        if (/^[\s[{]*"netns"\s*:\s*"\w+"[\s\]}]*$/.test(head)) return 85
      }
    }
    return 0
  },
  parse: parseRdma,
  provides(facts: RdmaFacts) {
    const infiniband = infinibandOfRdma(facts)
    return infiniband === null ? {} : { infiniband }
  },
})
