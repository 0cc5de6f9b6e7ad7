import { format } from '@/lib/format'
import { type IbstatFacts, infinibandOfIbstat } from './facts'
import { DEVICE_NAME, parseIbstat } from './parse'

/** Output of `ibstat`. */
export default format({
  kind: 'ibstat',
  title: 'ibstat',
  recognise({ text, lines }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*(?:CA|Switch|Router|iWARP RNIC):? '[^'\n]{1,128}'$/m.test(head)) return 95
    if (/^[ \t]*Physical state: \w/m.test(head) && /^[ \t]*(?:Base lid|SM lid|Port GUID): /m.test(head)) return 85
    if (/^[ \t]*ib(?:panic|warn): \[\d+\] (?:main|ca_stat): (?!Failed to open ')/m.test(head)) return 70
    const named = lines.slice(0, 300).filter((line) => !/^\s*(?:```|$)/.test(line))
    return named.length > 0 && named.every((line) => DEVICE_NAME.test(line.trim())) ? 40 : 0
  },
  parse: parseIbstat,
  provides(facts: IbstatFacts) {
    const infiniband = infinibandOfIbstat(facts)
    return infiniband === null ? {} : { infiniband }
  },
})
