import { format } from '@/lib/format'
import type { MstfwresetFacts, NicResetFacts } from './facts'
import { parseMstfwreset } from './parse'

/** Output of `mstfwreset` / `mlxfwreset`: query, status, reset. */
export default format({
  kind: 'mstfwreset',
  title: 'mstfwreset / mlxfwreset query, status or reset',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/Reset-levels:/.test(head) && /-(?:Not )?[Ss]upported/.test(head)) return 95
    if (/"pending_nvconfig_parameters"|"reset_needed"/.test(head) || /Status for device: \S/.test(head)) return 95
    if (/The reset level for device, \S+ is:/.test(head)) return 95
    if (
      /^[ \t]*Reset-types \(relevant only|^[ \t]*Reset[- ]sync \(relevant only|Reset request method \(relevant only/m.test(
        head,
      )
    )
      return 85
    if (
      /-E- Only root user can run this tool|-E- Failed to Identify Device: \S+, mopen|[Mm](?:st|lx)fwreset is not supported|The tool is not supported on virtual machines|Firmware reset failed, retry operation|-E- There is no supported reset-(?:level|type)/.test(
        head,
      )
    )
      return 70
    return 0
  },
  parse: parseMstfwreset,
  provides(facts: MstfwresetFacts) {
    if (facts.levels === undefined || facts.levels.length === 0) return {}
    const nicReset: NicResetFacts = { devices: [{ ...facts, pci: facts.pci ?? null }], unread: [] }
    return { nicReset }
  },
})
