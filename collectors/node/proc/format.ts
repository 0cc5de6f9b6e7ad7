import { withoutBlockIndent } from '@/lib/explain/block-indent'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, format } from '@/lib/format'
import { kernelOfProc } from '../kernel/parse'
import { isCmdline } from './cmdline'
import { parseProc, procLines, unpadded } from './parse'

/** /proc/cmdline, hugepages of /proc/meminfo, /proc/modules and lsmod. */
export default format({
  kind: 'proc',
  title: '/proc: cmdline, meminfo, modules',
  recognise({ lines }: Capture) {
    const head = withoutBlockIndent(withoutLogPrefix(lines.slice(0, 3000))).map(unpadded)
    const some = head.filter((line) => line.trim() !== '').length
    const { cmdline, modules, lsmod, huge } = procLines(head)
    if (modules > 0 && modules * 2 >= some) return 92
    if (lsmod > 0 && lsmod * 2 >= some) return 90
    if (huge >= 2) return 88
    if (cmdline > 0 && some <= 3) return 86
    // A boot loader's own word: such a line is what it is, whatever prose stands around it.
    if (cmdline > 0 && some < 60 && head.some((line) => /^\s*BOOT_IMAGE=\S+ \S/.test(line) && isCmdline(line)))
      return 72
    if (modules + huge + cmdline > 0 && some < 400) return modules > 0 || huge > 0 ? 60 : cmdline * 2 >= some ? 50 : 0
    return 0
  },
  parse: parseProc,
  provides: (facts) => ({ kernel: kernelOfProc(facts) }),
})
