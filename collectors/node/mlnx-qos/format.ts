import { format } from '@/lib/format'
import { parseMlnxQos, type QosFacts } from './parse'

/** Output of `mlnx_qos -i IF`. */
export default format({
  kind: 'mlnx_qos',
  title: 'mlnx_qos',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*DCBX mode: (?:OS|Firmware) controlled/m.test(head)) return 95
    if (/^[ \t]*Priority trust state: \w/m.test(head) || /^[ \t]*PFC configuration:/m.test(head)) return 85
    if (/^[ \t]*(?:Priority trust state is|ETS features are) not supported on your system/m.test(head)) return 75
    return /^[ \t]*tc: \d{1,2} ratelimit: /m.test(head) ? 80 : 0
  },
  parse: parseMlnxQos,
  provides: (facts: QosFacts) => ({ roceQos: { interfaces: [{ netdev: null, ...facts }] } }),
})
