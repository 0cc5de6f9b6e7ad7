import type { BootHistoryFacts } from '@/collectors/history/boot-ledger/collector'
import type { HostFacts } from '@/collectors/node/host/parse'
import {
  deviceLabel,
  type MstconfigDevice,
  type MstconfigFacts,
  type MstconfigParam,
} from '@/collectors/node/mstconfig/facts'
import { type NicResetFacts, resetOf } from '@/collectors/node/mstfwreset/facts'
import { type Context, type Detail, type Finding, type Lacking, lacking, type Verdict } from '@/lib/check'
import { adviseReset, resetSteps, strongest } from './nic-reset'

export interface PendingEvidence {
  nicFirmware: MstconfigFacts
  nicReset?: NicResetFacts
  host?: HostFacts
  bootHistory?: BootHistoryFacts
}

export interface PendingRule {
  /** Parameters judged. */
  names: RegExp
  /** Parameters without which nothing can be called active. */
  required: readonly RegExp[]
  /** What the parameters are, for sentences: "VF count". */
  subject: string
}

/**
 * Judges pending parameters of every adapter: any Current ≠ Next Boot fails, whatever else is unknown; "active" needs every
 * adapter's Current and Next Boot. Two outputs of one adapter: the last counts, and after a `set` nothing is known.
 */
export function judgePending(rule: PendingRule, facts: PendingEvidence, context: Context): Verdict | Lacking {
  const devices = newestOf(facts.nicFirmware.devices)
  const judged = devices.map((device) => ({ device, rows: device.params.filter((row) => rule.names.test(row.name)) }))
  const pending = judged.flatMap(({ device, rows }) => {
    const changed = rows.filter((row) => row.pending === true)
    return changed.length > 0 ? [{ device, changed, reset: resetOf(facts.nicReset, device.pci) }] : []
  })
  if (pending.length > 0) return fail(rule, pending, devices.length, facts, context)
  if (facts.nicFirmware.unread.length > 0) {
    return lacking(
      `${facts.nicFirmware.unread.length} adapter(s) could not be read: ${facts.nicFirmware.unread[0]?.error ?? 'no answer'}`,
    )
  }
  if (devices.length === 0)
    return { status: 'skip', summary: 'No NVIDIA/Mellanox adapter was found, so there is no firmware configuration' }
  for (const { device, rows } of judged) {
    const missing = whatLacks(rule, device, rows)
    if (missing !== null)
      return lacking(missing, [
        { text: 'Query with -e: plain q prints Next Boot only', command: 'mstconfig -e q', risk: 'none' },
      ])
  }
  if (facts.nicFirmware.complete === false) return lacking('the output is cut or elided: rows or adapters are missing')
  const shown = judged.map(({ device, rows }) => ({
    device,
    row: rows.find((row) => row.name === 'NUM_OF_VFS') ?? rows[0],
  }))
  const values = [...new Set(shown.map(({ row }) => `${row?.name ?? ''} ${row?.current ?? ''}`))]
  return {
    status: 'pass',
    summary: `${values.join(', ')} now and at next boot on ${devices.length} of ${devices.length} adapters`,
    findings: shown.map(({ device, row }) => ({
      subject: deviceLabel(device),
      status: 'pass',
      summary: `${row?.name ?? ''} ${row?.current ?? ''} now and at next boot`,
    })),
  }
}

/** One entry per adapter, the last one printed; adapters without an address stay apart. */
function newestOf(devices: readonly MstconfigDevice[]): MstconfigDevice[] {
  const byKey = new Map<string, MstconfigDevice>()
  for (const [at, device] of devices.entries()) byKey.set(device.pci ?? device.device ?? `unnamed ${at}`, device)
  return [...byKey.values()]
}

function whatLacks(rule: PendingRule, device: MstconfigDevice, rows: readonly MstconfigParam[]): string | null {
  const label = deviceLabel(device)
  if (device.columns?.includes('new')) return `${label}: this is the output of set, which prints no Current column`
  if (device.pending === null) return `${label}: mstconfig printed no Current column`
  const unknown = rows.find((row) => row.pending === null)
  if (unknown) return `${label}: ${unknown.name} is not known both for now and for next boot`
  const absent = rule.required.find((name) => !rows.some((row) => name.test(row.name)))
  return absent ? `${label}: no ${absent.source.replace(/[\^$]/g, '')} row was printed` : null
}

type Pending = { device: MstconfigDevice; changed: MstconfigParam[]; reset: ReturnType<typeof resetOf> }

function fail(
  rule: PendingRule,
  pending: readonly Pending[],
  of: number,
  facts: PendingEvidence,
  context: Context,
): Verdict {
  const judged = pending.map((entry) => {
    const history = facts.bootHistory?.pending.find((each) => each.pci === entry.device.pci)
    const evidence = {
      device: entry.device,
      reset: entry.reset,
      product: facts.host?.product,
      externalBmc: context.profile?.externalBmc?.value,
      bootsSince: history?.bootsSince,
    }
    return { ...entry, advice: adviseReset(evidence), history }
  })
  const means = strongest(judged.map((entry) => entry.advice.means)) ?? 'power-cycle-required'
  const because = judged.find((entry) => entry.advice.means === means)?.advice.because ?? ''
  const changes = [...new Set(pending.flatMap((entry) => entry.changed.map(change)))]
  const first = pending[0]?.changed[0]
  const since = judged.find((entry) => entry.history)?.history?.since
  return {
    status: 'fail',
    summary: `${changes.slice(0, 4).join('; ')} on ${pending.length} of ${of} adapters${since ? `, pending since ${minutes(since)}` : ''}; ${because}`,
    findings: pending.map(finding),
    evidence: [table(rule, pending)],
    fix: resetSteps(means, pending, context.node),
    reason: means,
    params: { parameter: first?.name ?? rule.subject, current: first?.current ?? '', next: first?.next ?? '' },
  }
}

function change(row: MstconfigParam): string {
  return `${row.name} is ${row.current} now and ${row.next} at next boot`
}

function finding({ device, changed }: Pending): Finding {
  return { subject: deviceLabel(device), status: 'fail', summary: changed.map(change).join('; ') }
}

function table(rule: PendingRule, pending: readonly Pending[]): Detail {
  return {
    kind: 'table',
    title: `Pending ${rule.subject} (mstconfig -e q)`,
    columns: ['Adapter', 'Parameter', 'Current', 'Next Boot'],
    rows: pending.flatMap(({ device, changed }) =>
      changed.map((row) => ({
        cells: [deviceLabel(device), row.name, row.current ?? null, row.next ?? null],
        deviates: true,
      })),
    ),
  }
}

/** `2026-11-21 17:30 UTC`: a time as people write it; seconds say nothing here. */
function minutes(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso
}
