import { format } from '@/lib/format'
import type { MstfwresetFacts, NicResetFacts } from './facts'
import { parseMstfwreset } from './parse'

/** What only this tool says when it cannot look or will not reset (mstfwreset.py, mlxfwresetlib). */
const ERROR =
  /-E- (?:Only root user can run this tool|Failed to Identify (?:Device: \S+, |devid: )|Unsupported Device: \S+ \(|Device \S+ with PSID |Reset-(?:level|type) '\d'|Requested reset sync '|(?:sync|method): \d is not supported|There is no supported reset-|The tool supports only reset-level|Synchronization by driver is not|The fsm register is busy|Other tool is accessing the device!|FW is not ready to handle ICMD|You are going to reset pcie switch|Failed to query (?:FW version|NVCONFIG) using|Failed to get Bridge Device for the given PCI device|Failed To reset PCI|Failed to (?:stop|start) driver! [Pp]lease|Failed to restart MST|Hot reset is |BF reset flow timeout|The ARM side is not in a running state|mlxfwreset doesn't support 3rd party driver)|[Mm](?:st|lx)fwreset is not supported|is not supported for device in Flash Recovery mode|The tool is not supported on virtual machines|Firmware reset failed, retry operation/

/** Output of `mstfwreset` / `mlxfwreset`: query, status, reset. */
export default format({
  kind: 'mstfwreset',
  title: 'mstfwreset / mlxfwreset query, status or reset',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/Reset-levels:/.test(head) && /-(?:Not )?[Ss]upported/.test(head)) return 95
    if (/"pending_nvconfig_parameters"|"reset_needed"/.test(head) || /^[ \t]*Status for device: \S/m.test(head))
      return 95
    if (/^[ \t]*The reset level for device, \S+ is:/m.test(head)) return 95
    if (
      /^[ \t]*Reset-types \(relevant only|^[ \t]*Reset[- ]sync \(relevant only|Reset request method \(relevant only/m.test(
        head,
      )
    )
      return 85
    if (/^[ \t]*Supported reset levels for loading FW on device, \S+:/m.test(head)) return 90
    return ERROR.test(head) ? 70 : 0
  },
  parse: parseMstfwreset,
  provides(facts: MstfwresetFacts) {
    if (facts.levels === undefined || facts.levels.length === 0) return {}
    const nicReset: NicResetFacts = { devices: [{ ...facts, pci: facts.pci ?? null }], unread: [] }
    return { nicReset }
  },
})
