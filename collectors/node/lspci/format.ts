import { type Capture, format } from '@/lib/format'
import type { PciFacts } from './facts'
import { headOf } from './heads'
import { announced, isLspciCommand, isPrompt, parseLspci } from './parse'

/** Rows that only lspci prints so. */
const LINK = /^\s{0,16}Lnk(?:Cap|Sta):\s+(?:Port #\d+, )?Speed \S/

/** Output of `lspci`. */
export default format({
  kind: 'lspci',
  title: 'lspci',
  recognise({ lines }: Capture) {
    const head = lines.slice(0, 4000)
    if (head.some((line) => headOf(line, true) !== null)) return 90
    if (head.some((line) => /^Slot:\s/.test(line)) && head.some((line) => /^Vendor:\s/.test(line))) return 90
    // `lspci -vvv -s 18:00.0 | grep Lnk`, alone or in a loop: the address stands above, the head was left out.
    if (head.some((line) => LINK.test(line))) return head.some((line) => announced(line) !== null) ? 80 : 55
    // A command of its own that printed nothing is an answer: no such function.
    if (head.some(isLspciCommand) && head.every((line) => line.trim() === '' || isLspciCommand(line) || isPrompt(line)))
      return 80
    if (head.some((line) => /\blspci: (?:command )?not found|sudo: lspci: /.test(line))) return 70
    return head.some((line) => /^\s*(?:lspci|pcilib): /.test(line)) ? 60 : 0
  },
  parse: parseLspci,
  provides: (facts: PciFacts) => ({ pci: facts }),
})
