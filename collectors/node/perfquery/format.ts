import { format } from '@/lib/format'
import { parsePerfquery } from './parse'

/** Output of `perfquery` and `sminfo`. */
export default format({
  kind: 'perfquery',
  title: 'perfquery / sminfo',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^\s*# Port (?:extended )?counters: /m.test(head) || /^\s*sminfo: sm lid \d/m.test(head)) return 95
    if (/^\s*(?:perfquery|sminfo): iberror: /m.test(head)) return 90
    if (/^\s*Port(?:Xmit|Rcv)Data:\.+\d/m.test(head)) return 75
    return /^\s*(?:ibwarn: \[\d+\] )?(?:_do_madrpc|mad_rpc|mad_rpc_open_port): /m.test(head) ? 50 : 0
  },
  parse: parsePerfquery,
})
