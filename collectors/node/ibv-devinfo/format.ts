import { format } from '@/lib/format'
import { type IbvDevinfoFacts, infinibandOfIbv, parseIbvDevinfo } from './parse'

/** Output of `ibv_devinfo`. */
export default format({
  kind: 'ibv_devinfo',
  title: 'ibv_devinfo',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*hca_id:\s+\S/m.test(head)) return 95
    if (/^[ \t]*state:\s+PORT_\w+ \(\d\)/m.test(head) || /^[ \t]*active_mtu:\s+\d+ \(\d\)/m.test(head)) return 80
    if (/^[ \t]*\d{1,4} HCAs? found:/m.test(head)) return 85
    return /^[ \t]*(?:Failed to get IB devices list|No IB devices found$|IB device '[^'\n]*' wasn't found|Failed to open device$|Failed to query (?:device props|port \d+ props)|Invalid port requested for device)/m.test(
      head,
    )
      ? 75
      : 0
  },
  parse: parseIbvDevinfo,
  provides(facts: IbvDevinfoFacts) {
    const infiniband = infinibandOfIbv(facts)
    return infiniband === null ? {} : { infiniband }
  },
})
