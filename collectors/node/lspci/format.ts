import { type Capture, format } from '@/lib/format'
import type { PciFacts } from './facts'
import { headOf } from './heads'
import { parseLspci } from './parse'

/** Output of `lspci`. */
export default format({
  kind: 'lspci',
  title: 'lspci',
  recognise({ lines }: Capture) {
    const head = lines.slice(0, 4000)
    if (head.some((line) => headOf(line, true) !== null)) return 90
    if (head.some((line) => /^Slot:\t/.test(line)) && head.some((line) => /^Vendor:\t/.test(line))) return 90
    return head.some((line) => /^\s*(?:lspci|pcilib): /.test(line)) ? 60 : 0
  },
  parse: parseLspci,
  provides: (facts: PciFacts) => ({ pci: facts }),
})
