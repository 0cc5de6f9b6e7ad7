import { format } from '@/lib/format'
import type { FlintFacts, NicImageFacts } from './facts'
import { parseFlint } from './parse'

/** Output of `mstflint q`, `mlxfwmanager`, `mlxup`. */
export default format({
  kind: 'flint',
  title: 'mstflint query / mlxfwmanager / mlxup',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (
      /^[ \t]*FW Version(?:\(Running\))?:\s+\d/m.test(head) &&
      /^[ \t]*(?:Image type|PSID|FW Release Date|Base GUID):/m.test(head)
    )
      return 95
    if (/^[ \t]*Querying Mellanox devices firmware|^[ \t]*Versions:\s+(?:Current|Available[ \t]*$)/m.test(head))
      return 95
    if (/^[ \t]*PCI Device Name:\s/m.test(head)) return 80
    if (/<Device pciName="[^"\n]{0,200}" type="/.test(head)) return 90
    if (
      /-E- (?:Cannot open Device: |Please specify either Device or Image|No devices found or specified|Failed to query \S+ device, error : |Failed to retrieve device\(s\) names)|-W- No devices found that match lookup file/.test(
        head,
      )
    )
      return 75
    return /^[ \t]*FW Version:\s+\d/m.test(head) ? 60 : 0
  },
  parse: parseFlint,
  provides(facts: FlintFacts) {
    const devices = facts.devices.filter((device) => device.firmwarePending !== null)
    const nicImage: NicImageFacts = { devices, unread: [] }
    return devices.length > 0 ? { nicImage } : {}
  },
})
