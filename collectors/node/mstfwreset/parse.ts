import { errorLines, failureOf } from '@/collectors/node/mstconfig/errors'
import { withoutHostPrefix } from '@/lib/explain/host-prefix'
import { jsonValues } from '@/lib/explain/json-values'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'
import type { MstfwresetFacts, ResetChoice } from './facts'

/** Text of `mstfwreset` / `mlxfwreset`: query, status (text or JSON) or the log of a reset. */
export function parseMstfwreset(capture: Capture): Parsed<MstfwresetFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  const lines = withoutHostPrefix(withoutLogPrefix(capture.lines))
  const text = lines.join('\n')
  const errors = errorLines(lines)
  const facts = statusJson(text) ?? statusText(lines) ?? resetLog(lines, text, errors) ?? query(lines)
  if (facts) return ok(facts, { errors })
  const failure = failureOf(text) ?? refusal(text)
  if (failure) return notOk(failure.status, failure.code, failure.text, errors)
  return notOk('unreadable', 'bad-layout', 'No reset level and no status was found', errors)
}

/** What it says when this card cannot be reset the way that was asked for. */
function refusal(text: string) {
  if (/on UEFI Secure Boot/.test(text))
    return {
      status: 'denied',
      code: 'kernel-lockdown',
      text: 'Secure Boot keeps the tool from the PCI configuration space',
    } as const
  return /is not supported|is not ready|busy|Aborted|Failed/.test(text)
    ? ({ status: 'unreadable', code: 'other', text: 'The tool refused' } as const)
    : undefined
}

const SECTIONS = {
  /** The second is the heading before 4.11. */
  levels: /^(?:Reset-levels\b|Supported reset levels for loading FW)/,
  types: /^Reset-types\b/,
  syncs: /^Reset[- ]sync\b/,
  methods: /^Reset request method\b/,
}
type Section = keyof typeof SECTIONS
/** Descriptions belong to one section each, so that a lost heading moves no row to another (cmd_reg_mfrl.py, cmd_reg_mroq.py). */
const DESCRIPTIONS: readonly (readonly [RegExp, Section])[] = [
  // First: `Phy-less reset ("port-alive" - network link will remain up)` of 4.14 is a type.
  [/Full chip|Phy-less|NIC only|ARM only|ARM OS/i, 'types'],
  [/will remain up|ARM side will not|Driver restart|Warm Reboot|Cold reboot|Full ISFU/i, 'levels'],
  [/is the owner/i, 'syncs'],
  [/Link Disable|Hot reset/i, 'methods'],
]

/** `N: description -Supported (default)`; both spellings of "Not supported" occur (cmd_reg_mfrl.py, cmd_reg_mroq.py). */
function query(lines: readonly string[]): MstfwresetFacts | null {
  const rows: Record<Section, ResetChoice[]> = { levels: [], types: [], syncs: [], methods: [] }
  const defaults: Partial<Record<Section, number>> = {}
  const seen = new Set<Section>()
  const facts: MstfwresetFacts = {}
  let section: Section | null = null
  let latest: { section: Section; id: number } | null = null
  for (const line of lines) {
    const heading = sectionOf(line)
    const row = /^\s*(\d{1,2}): (.*?)-(Supported|Not [Ss]upported)\s*(\(default\))?\s*$/.exec(line)
    const queried = /relevant only for reset-type (\d{1,2})\b/.exec(line)?.[1]
    const reason = /^\s*Reset-reason:\s+(Warm|Cold) reset\b/.exec(line)?.[1]
    if (heading) section = heading
    if (heading) seen.add(heading)
    if (queried !== undefined) facts.queriedType = Number(queried)
    if (reason !== undefined) facts.resetReason = reason === 'Warm' ? 'warm' : 'cold'
    // A terminal of 80 columns puts the last word of a row on a line of its own.
    if (/^\s*\(default\)\s*$/.test(line) && latest) defaults[latest.section] = latest.id
    if (!row && !heading && line.trim() !== '(default)') section = null
    const place = row ? (DESCRIPTIONS.find(([pattern]) => pattern.test(row[2] ?? ''))?.[1] ?? section) : null
    latest = null
    if (!row || place === null) continue
    const id = Number(row[1])
    latest = { section: place, id }
    if (rows[place].some((entry) => entry.id === id)) continue
    rows[place].push({ id, supported: row[3] === 'Supported' })
    if (row[4]) defaults[place] = id
  }
  if (rows.levels.length + rows.types.length + rows.syncs.length + rows.methods.length === 0) return null
  const level3 = rows.levels.find((entry) => entry.id === 3)?.supported
  return {
    levels: rows.levels,
    types: rows.types,
    syncs: rows.syncs,
    methods: rows.methods,
    defaultLevel: defaults.levels ?? null,
    defaultType: defaults.types ?? null,
    defaultSync: defaults.syncs ?? null,
    defaultMethod: defaults.methods ?? null,
    queriedType: facts.queriedType ?? null,
    resetReason: facts.resetReason ?? null,
    resetWithoutRebootPossible: level3 ?? null,
    ...(seen.has('levels') && seen.has('types') ? {} : { complete: false }),
  }
}

function sectionOf(line: string): Section | null {
  const text = line.trimStart()
  if (SECTIONS.levels.test(text)) return 'levels'
  if (SECTIONS.types.test(text)) return 'types'
  if (SECTIONS.syncs.test(text)) return 'syncs'
  return SECTIONS.methods.test(text) ? 'methods' : null
}

/** `status --json` (4.36 and later). `N/A (…)` is an absent value; empty current values make its list and verdict worthless. */
function statusJson(text: string): MstfwresetFacts | null {
  if (!/"(?:reset_needed|pending_nvconfig_parameters)"/.test(text)) return null
  for (const { value, complete } of jsonValues(text)) {
    if (typeof value !== 'object' || value === null) continue
    const status: Readonly<Record<string, unknown>> = { ...value }
    if (!('device' in status)) continue
    const listed = status.pending_nvconfig_parameters
    const params = Array.isArray(listed) ? listed.map((entry: unknown) => toParam(entry)) : []
    const needed = typeof status.reset_needed === 'boolean' ? status.reset_needed : null
    const known = typeof listed === 'string' || Array.isArray(listed)
    return toStatus(
      word(status.device),
      word(status.running_fw_version),
      word(status.pending_fw_version),
      known ? params : null,
      needed,
      word(status.description_action),
      complete,
    )
  }
  return null
}

function toParam(entry: unknown): { name: string; current: string } {
  const fields: Readonly<Record<string, unknown>> = typeof entry === 'object' && entry !== null ? { ...entry } : {}
  return {
    name: String(fields.name ?? ''),
    current: typeof fields.current === 'string' || typeof fields.current === 'number' ? String(fields.current) : '',
  }
}

function word(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' && !value.startsWith('N/A') ? value.trim() : null
}

function statusText(lines: readonly string[]): MstfwresetFacts | null {
  const device = lines.flatMap((line) => /^\s*Status for device: (\S+)\s*$/.exec(line)?.[1] ?? [])[0]
  if (device === undefined) return null
  const after = (key: string) =>
    lines.flatMap((line) => (line.trimStart().startsWith(key) ? line.slice(line.indexOf(':') + 1).trim() : []))[0]
  const from = lines.findIndex((line) => /^\s*Name +Default +Current +Next Boot\s*$/.test(line))
  const below = from < 0 ? [] : lines.slice(from + 1).filter((line) => line.trim() !== '')
  const until = below.findIndex((line) => !/^\s*[A-Z][A-Z0-9_x]{2,80}(?:\[\d+\])?(?:\s|$)/.test(line))
  const rows = until < 0 ? below : below.slice(0, until)
  const params = rows.map((line) => ({
    name: line.trim().split(/\s+/)[0] ?? '',
    current: line.trim().split(/\s+/).length >= 4 ? 'known' : '',
  }))
  const action = word(after('Description action'))
  const needed = action === null ? null : action !== 'No action required'
  const known = from >= 0 || /^N\/A/.test(after('Pending NVCONFIG parameters') ?? '')
  return toStatus(
    device,
    word(after('Running FW version')),
    word(after('Pending FW version')),
    known ? params : null,
    needed,
    action,
    action !== null,
  )
}

function toStatus(
  device: string | null,
  running: string | null,
  pendingFirmware: string | null,
  params: readonly { name: string; current: string }[] | null,
  needed: boolean | null,
  action: string | null,
  complete: boolean,
): MstfwresetFacts {
  const trusted = params?.every((entry) => entry.name !== '' && entry.current !== '') ? params : null
  const level = /\(Level (\d{1,2})\)/.exec(action ?? '')?.[1]
  return {
    device,
    pci: pciAddress(device),
    runningFirmware: running,
    pendingFirmware,
    pendingParams: trusted?.map((entry) => entry.name) ?? null,
    resetNeeded: trusted ? needed : null,
    action,
    actionLevel: level === undefined ? null : Number(level),
    ...(complete ? {} : { complete: false }),
  }
}

/** Log of `reset`: exit status 0 even when it was refused, so only its words count. */
function resetLog(lines: readonly string[], text: string, errors: readonly string[]): MstfwresetFacts | null {
  const device = /The reset level for device, (\S+) is:/.exec(text)?.[1]
  if (device === undefined) return null
  const from = lines.findIndex((line) => line.includes('The reset level for device'))
  // The next line with text, also where a page or a terminal put blank ones between all.
  const below = lines.slice(from + 1, from + 8).find((line) => line.trim() !== '')
  const level = /^\s*(\d{1,2}): \S/.exec(below ?? '')?.[1]
  const bound = /^[ \t]*ERROR: The following drivers are currently bound to PCI devices/m.test(text)
  const gpu =
    /drivers? attached to the GPU|GPU drivers?|unload.{0,40}nvidia/i.test(text) ||
    (bound && /^[ \t]*[0-9a-f:.]{7,16} *\| nvidia/m.test(text))
  const failed = gpu || bound || errors.length > 0 || /^-[EW]- .*(?:failed|refus|abort)/im.test(text)
  const aborted = /^-[IE]- Aborted/m.test(text)
  const done = /FW was loaded successfully|FW reset success|operation completed/.test(text)
    ? true
    : failed || aborted
      ? false
      : null
  return {
    device,
    pci: pciAddress(device),
    level: level === undefined ? null : Number(level),
    stepsDone: lines.filter((line) => /^\s*-I- .*-Done\s*$/.test(line)).length,
    done,
    // Which drivers are bound is known at the end of their list.
    refusedBy:
      done === false && !aborted
        ? gpu
          ? 'gpu-drivers'
          : bound && !/^[ \t]*Please unbind/m.test(text)
            ? null
            : 'other'
        : null,
    ...(done === null ? { complete: false } : {}),
  }
}
