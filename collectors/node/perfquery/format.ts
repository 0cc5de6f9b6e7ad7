import { format } from '@/lib/format'
import { type PerfqueryFacts, parsePerfquery } from './parse'

/** Output of `perfquery` and `sminfo`. */
export default format({
  kind: 'perfquery',
  title: 'perfquery / sminfo',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*# Port (?:extended )?counters: /m.test(head) || /^[ \t]*sminfo: sm lid \d/m.test(head)) return 95
    if (/^[ \t]*(?:perfquery|sminfo): iberror: /m.test(head)) return 90
    if (/^[ \t]*Port(?:Xmit|Rcv)Data:\.+\d/m.test(head)) return 75
    if (/^[ \t]*ibpanic: \[\d+\] main: Failed to open '/m.test(head)) return 60
    return /^[ \t]*(?:ibwarn: \[\d+\] )?(?:_do_madrpc|mad_rpc|mad_rpc_open_port): /m.test(head) ? 50 : 0
  },
  parse: parsePerfquery,
  provides: ({ sm }: PerfqueryFacts) => (sm ? { subnetManager: { answered: true, lid: sm.lid, state: sm.state } } : {}),
  /** Only sminfo asks the subnet manager: its silence is the finding. */
  evidence: ({ reason }) =>
    reason?.code === 'no-answer' && /subnet manager/.test(reason.text)
      ? { subnetManager: { answered: false, lid: null, state: null } }
      : {},
})
