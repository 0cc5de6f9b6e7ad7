import { format } from '@/lib/format'
import { parseEthtool } from './parse'

/** Output of `ethtool -i` and `ethtool -S`. */
export default format({
  kind: 'ethtool',
  title: 'ethtool -i / ethtool -S',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*driver: \S/m.test(head) && /^[ \t]*(?:bus-info|firmware-version): ?/m.test(head)) return 90
    if (/^[ \t]*NIC statistics:$/m.test(head)) return 90
    if (/^[ \t]*[rt]x_prio[0-7]_(?:pause|bytes): \d/m.test(head)) return 70
    return /^[ \t]*Cannot get (?:driver information|stats strings information)/m.test(head) ? 60 : 0
  },
  parse: parseEthtool,
})
