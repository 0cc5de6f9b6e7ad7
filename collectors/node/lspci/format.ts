import { type Capture, format } from '@/lib/format'
import type { PciFacts } from './facts'
import { headOf } from './heads'
import { isLspciCommand, isPrompt, parseLspci } from './parse'

/** Output of `lspci`. */
export default format({
  kind: 'lspci',
  title: 'lspci',
  recognise({ lines }: Capture) {
    const head = lines.slice(0, 4000)
    if (head.some((line) => headOf(line, true) !== null)) return 90
    if (head.some((line) => /^Slot:\s/.test(line)) && head.some((line) => /^Vendor:\s/.test(line))) return 90
    // A command of its own that printed nothing is an answer: no such function.
    if (head.some(isLspciCommand) && head.every((line) => line.trim() === '' || isLspciCommand(line) || isPrompt(line)))
      return 80
    if (head.some((line) => /\blspci: (?:command )?not found|sudo: lspci: /.test(line))) return 70
    return head.some((line) => /^\s*(?:lspci|pcilib): /.test(line)) ? 60 : 0
  },
  parse: parseLspci,
  provides: (facts: PciFacts) => ({ pci: facts }),
})
