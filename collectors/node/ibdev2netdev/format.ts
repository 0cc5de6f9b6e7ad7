import { format } from '@/lib/format'
import { parseIbdev2netdev } from './parse'

/** Output of `ibdev2netdev`. */
export default format({
  kind: 'ibdev2netdev',
  title: 'ibdev2netdev',
  recognise({ text }) {
    return /^[ \t]*\S[^\n]{0,300}\bport \d{1,3}(?: \(\w{1,20} *\))? ==> ?\S* *\(/m.test(text.slice(0, 100_000)) ? 95 : 0
  },
  parse: parseIbdev2netdev,
})
