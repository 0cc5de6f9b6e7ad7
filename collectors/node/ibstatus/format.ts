import { format } from '@/lib/format'
import { infinibandOfIbstatus, parseIbstatus } from './parse'

/** Output of `ibstatus`. */
export default format({
  kind: 'ibstatus',
  title: 'ibstatus',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*Infiniband device '[^'\n]{1,128}' port \d{1,3} status:/m.test(head)) return 95
    if (/^[ \t]*default gid:\s/m.test(head) && /^[ \t]*phys state:\s/m.test(head)) return 85
    return /^[ \t]*Fatal error:\s+(?:No devices|device '[^'\n]*': sys files not found)/m.test(head) ? 80 : 0
  },
  parse: parseIbstatus,
  provides: (facts: Parameters<typeof infinibandOfIbstatus>[0]) => ({ infiniband: infinibandOfIbstatus(facts) }),
})
