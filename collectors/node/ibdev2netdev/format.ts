import { format } from '@/lib/format'
import { parseIbdev2netdev, row, wholeRows } from './parse'

/** Output of `ibdev2netdev`. */
export default format({
  kind: 'ibdev2netdev',
  title: 'ibdev2netdev',
  recognise: ({ lines }) => (wholeRows(lines.slice(0, 2000)).some((line) => row(line.trim()) !== null) ? 95 : 0),
  parse: parseIbdev2netdev,
})
