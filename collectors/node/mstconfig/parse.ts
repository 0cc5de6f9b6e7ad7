import { withoutHostPrefix } from '@/lib/explain/host-prefix'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { errorLines, failedTlvs, failureOf, unreadFunctions, unsupportedColumns } from './errors'
import type { MstconfigFacts } from './facts'
import { parseJson } from './json'
import { headless, parseTables, type Tables } from './table'
import { unwrapped } from './unwrap'

/** Text of mstconfig or mlxconfig: tables, `-j` JSON, or either inside an operator's log lines. */
export function parseMstconfig(capture: Capture): Parsed<MstconfigFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  const lines = unwrapped(withoutHostPrefix(withoutLogPrefix(unescaped(capture.lines))))
  const text = lines.join('\n')
  const errors = errorLines(lines)
  const found = readAll(lines, text)
  const bare = found.devices.length === 0 ? headless(lines, text.endsWith('\n')) : null
  if (bare) found.devices.push(bare)
  const devices = found.devices.filter(
    (device) => device.params.length > 0 || found.devices.some((other) => other.params.length > 0),
  )
  if (devices.length === 0) {
    const failure = failureOf(text)
    if (failure) return notOk(failure.status, failure.code, failure.text, errors)
    return notOk('unreadable', 'bad-layout', 'No parameter table with its header was found', errors)
  }
  const unread = unreadFunctions(
    lines,
    new Set(devices.flatMap((device) => (device.params.length > 0 && device.pci) || [])),
  )
  const tlvs = failedTlvs(lines)
  const facts: MstconfigFacts = {
    devices,
    actionHint: /Please power cycle machine/.test(text)
      ? 'power-cycle'
      : /Please reboot machine/.test(text)
        ? 'reboot'
        : null,
    unsupported: unsupportedColumns(text),
    failedTlvs: tlvs,
    unread:
      tlvs.length > 0 ? unread.filter((entry) => !entry.error.startsWith('Failed to query some of the TLVs')) : unread,
    ...(found.complete && !bare && !openFailed(errors) ? {} : { complete: false }),
  }
  return ok(facts, { errors })
}

function openFailed(errors: readonly string[]): boolean {
  return errors.some((error) => /Failed to open|Failed to identify|NV access register|Livefish/i.test(error))
}

function readAll(lines: readonly string[], text: string): Tables {
  const table = parseTables(lines, text.endsWith('\n'))
  if (!text.includes('"tlv_configuration"') && !/"Device #\d/.test(text)) return table
  const json = parseJson(text)
  return {
    devices: [...table.devices, ...json.devices],
    complete: json.complete && (table.devices.length === 0 || table.complete),
  }
}

/** Operators log the tool's whole output as one JSON string: its escapes are turned back into lines. */
function unescaped(lines: readonly string[]): readonly string[] {
  if (!lines.some(holdsEscapedTable)) return lines
  return lines.flatMap((line) => {
    if (!holdsEscapedTable(line)) return [line]
    const from = line.search(/"(?:\\n)*(?:Device|Configurations)/)
    const body = line.slice(from < 0 ? 0 : from + 1)
    return body.replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, code: string) => decoded(code)).split('\n')
  })
}

/** True for a log line that carries a parameter table in a JSON string. */
export function holdsEscapedTable(line: string): boolean {
  return line.includes('Configurations:') && /\\n\W{0,4}[A-Z*]/.test(line)
}

function decoded(code: string): string {
  if (code === 'n') return '\n'
  if (code === 't') return '\t'
  if (code === 'r') return ''
  return code.startsWith('u') ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : code
}
