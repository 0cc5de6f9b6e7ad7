import { type Capture, format } from '@/lib/format'
import type { MstconfigFacts } from './facts'
import { holdsEscapedTable, parseMstconfig } from './parse'

const HEADER = /^.{0,200}?\bConfigurations:\s+(?:Default|Current|Next Boot|New)\b/
const ERROR =
  /-E- +(?:Failed to open the device|Failed to get devices|No devices found[,.]|Failed to identify the device|Failed to get device type|Unsupported device\s*$|Device type mismatch, provided|MTUSB device is not supported|Device in Livefish|Cannot access NV register|Error when trying to check if NV access registers|NVQC access register|Device doesn't support any configuration|The Device doesn't support|Unknown Parameter)/

/** A row as grep leaves it. */
const BARE_ROW =
  /^ *\*?(?:RO)? *[A-Z][A-Z0-9]*_[A-Z0-9_x]{1,60}(?:\[\d+\])?(?: +(?:[\w.-]{1,60}\(\d+\)|\d+|N\/A|Array\[\d+\.\.\d+\])){1,4} *$/
/** What no other listing of numbers has: a value with its number, or a parameter that people filter for. */
const TELLING = /\w\(\d+\) *$|^ *\*? *(?:(?:PF_)?NUM_OF_VFS?|NUM_OF_PF|NUM_[PV]F_MSIX|CNP_DSCP_P\d|MAX_ACC_OUT_READ) /

/** Output of `mstconfig` / `mlxconfig`. */
export default format({
  kind: 'mstconfig',
  title: 'mstconfig / mlxconfig query',
  recognise(capture: Capture) {
    const lines = capture.lines.slice(0, 4000)
    if (lines.some((line) => HEADER.test(line) && !holdsEscapedTable(line))) return 95
    if (
      /"tlv_configuration"\s*:/.test(capture.text.slice(0, 20_000)) &&
      /"Device #\d+"/.test(capture.text.slice(0, 20_000))
    )
      return 95
    const escaped = lines.filter(holdsEscapedTable).length
    const withText = lines.filter((line) => line.trim() !== '').length
    if (escaped > 0) return escaped * 2 >= withText ? 92 : 40
    if (
      lines.some((line) => /^[ \t]*Device type:\s+\S/.test(line)) &&
      lines.some((line) => /^-+\s*$|^[ \t]*Device #\d+:/.test(line))
    )
      return 70
    if (lines.some((line) => ERROR.test(line))) return 60
    // What grep left of a table, without its header.
    const bare = withText <= 40 ? lines.filter((line) => BARE_ROW.test(line)) : []
    if (bare.length * 2 > withText && bare.some((line) => TELLING.test(line))) return 50
    return lines.some((line) => /Query output saved to \S+ (?:successfully|but)|write counter to semaphore:/.test(line))
      ? 60
      : 0
  },
  parse: parseMstconfig,
  provides: (facts: MstconfigFacts) => ({ nicFirmware: facts }),
})
