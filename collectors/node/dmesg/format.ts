import { withoutBlockIndent } from '@/lib/explain/block-indent'
import { type Capture, format } from '@/lib/format'
import type { DmesgFacts } from './facts'
import { parseDmesg } from './parse'
import { KERNEL_WORDS, lineForm } from './records'
import { stampOf } from './stamps'

const ERROR = /^dmesg: \S|^Hint: You are currently not seeing messages|^No journal files were (?:found|opened)/

/** Kernel log: dmesg, journalctl -k, /dev/kmsg. */
export default format({
  kind: 'dmesg',
  title: 'Kernel log (dmesg, journalctl -k)',
  recognise({ lines, text }: Capture) {
    const head = text.slice(0, 4000)
    if (/^\s*\{\s*"dmesg"\s*:\s*\[/.test(head)) return 95
    if (
      /^\s*(?:\{|\[\s*(?:\{|$))/m.test(head) &&
      /"MESSAGE"\s*:/.test(head) &&
      /"(?:_TRANSPORT|SYSLOG_IDENTIFIER)"\s*:\s*"kernel"/.test(head)
    )
      return 92
    if (/^ {0,8}_TRANSPORT=kernel$/m.test(head) && /^ {0,8}MESSAGE=/m.test(head)) return 92
    const some = withoutBlockIndent(lines)
      .filter((line) => line.trim() !== '')
      .slice(0, 3000)
    if (some.some((line) => ERROR.test(line))) return 85
    const forms = some.map(lineForm)
    const share = (form: string) => forms.filter((each) => each === form).length / Math.max(1, some.length)
    if (share('decode') >= 0.5 || share('kmsg') >= 0.5) return 92
    if (share('kernel') >= 0.3) return 85
    // Prose around a few lines: their stamps are the kernel log's all the same.
    if (share('decode') + share('kmsg') + share('kernel') >= 0.15) return 70
    if (share('uptime') >= 0.5 || share('human') >= 0.5) return 80
    if (share('uptime') + share('human') >= 0.15 && some.some((line) => KERNEL_WORDS.test(stampOf(line).text)))
      return 60
    const known = some.filter((line) => KERNEL_WORDS.test(line.replace(/^\d{4}-\d\d-\d\dT\S{8,30} /, ''))).length
    return known > 0 && known >= some.length * 0.3 ? 62 : 0
  },
  parse: parseDmesg,
  provides: (facts: DmesgFacts) => ({ dmesg: facts }),
})
