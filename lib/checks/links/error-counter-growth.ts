import { check, type Finding } from '@/lib/check'
import { exampleGrowth } from '@/lib/examples/counters'
import type { CounterGrowth } from '@/lib/history'
import { counterRule } from '@/lib/rules/port-counters'
import { sh } from '@/lib/shell'

const HOUR_MS = 3_600_000

/** Error counters that grow between two readings. */
export default check({
  id: 'error-counter-growth',
  level: 'links',
  title: { pass: 'No error counter grows', fail: 'Error counters of a port grow' },
  why: 'A port can be Active at full rate and still damage packets: jobs stall on retries of one rail. Counters add up since the driver was loaded, so only what was added between two readings tells of now; it is shown for a day.',
  refs: ['research/host-formats.md §5', 'research/peers.md §1.5, §4.4, §7 (only increments count)'],
  needs: ['counterGrowth'],
  after: [],
  run({ counterGrowth: { since, readAt, growth } }) {
    if (since === null || readAt === null) return { status: 'skip', summary: 'No port counters were read in this boot' }
    const looked = growth.flatMap((one) => (counterRule(one.counter) ? [one] : []))
    if (looked.length === 0 && since === readAt)
      return { status: 'skip', summary: 'Counters were read once: what grows shows with the next reading' }
    if (looked.length === 0) return { status: 'pass', summary: `No error counter grew since ${shortTime(since)}` }
    const findings = looked
      .toReversed()
      .map((one): Finding => ({ subject: one.pci ?? one.device, status: statusOf(one, looked), summary: words(one) }))
    const failed = findings.filter((each) => each.status === 'fail')
    const [first] = failed.length > 0 ? failed : findings
    const ports = new Set(looked.map((one) => `${one.device}/${one.port}`))
    return {
      status: failed.length > 0 ? 'fail' : 'warn',
      summary: `${first?.summary ?? ''}${ports.size > 1 ? ` (and ${ports.size - 1} more ports)` : ''}`,
      findings: [...failed, ...findings.filter((each) => each.status === 'warn')],
      evidence: [
        {
          kind: 'table',
          title: 'What grew, newest first',
          columns: ['Port', 'Counter', 'From', 'To', 'Between', 'And', 'Rule'],
          rows: looked.toReversed().map((one) => ({
            cells: [`${one.device}/${one.port}`, one.counter, one.from, one.to, one.since, one.at, ruleWords(one)],
            deviates: true,
          })),
        },
      ],
      fix: [...ports].slice(0, 8).map((port) => ({
        text: `Look at bit error rate, cable and module of ${port}; swap the cable, then look at the switch port`,
        command: sh`mlxlink -d ${looked.find((one) => `${one.device}/${one.port}` === port)?.pci ?? port} -m -c`,
        risk: 'none' as const,
      })),
      reason: 'counters-grow',
      params: { counters: [...new Set(looked.map((one) => one.counter))].sort().join(',') },
    }
  },
  examples: [
    { name: 'nothing grew', facts: { counterGrowth: exampleGrowth() }, status: 'pass' },
    { name: 'a few bit errors', facts: { counterGrowth: exampleGrowth(['symbol_error', 2, 12]) }, status: 'warn' },
    { name: 'many bit errors', facts: { counterGrowth: exampleGrowth(['symbol_error', 2, 500]) }, status: 'fail' },
    {
      name: 'a counter nobody minds',
      facts: { counterGrowth: exampleGrowth(['port_xmit_wait', 0, 9]) },
      status: 'pass',
    },
    {
      name: 'read once',
      facts: { counterGrowth: { ...exampleGrowth(), readAt: exampleGrowth().since } },
      status: 'skip',
    },
  ],
})

/** Fails where the counter's rule says so many in that time, this entry the last of them. */
function statusOf(one: CounterGrowth, all: readonly CounterGrowth[]): 'warn' | 'fail' {
  const fails = counterRule(one.counter)?.fails
  if (!fails) return 'warn'
  const from = Date.parse(one.at) - fails.hours * HOUR_MS
  const within = all.filter(
    (each) =>
      each.device === one.device &&
      each.port === one.port &&
      each.counter === one.counter &&
      Date.parse(each.at) > from &&
      each.at <= one.at,
  )
  // One reading after a long time tells no hour: its growth counts as spread over that time.
  const count = within.reduce((sum, each) => sum + (each.to - each.from) * shareOf(each, fails.hours), 0)
  return count >= fails.count ? 'fail' : 'warn'
}

function shareOf({ since, at }: CounterGrowth, hours: number): number {
  return Math.min(1, (hours * HOUR_MS) / Math.max(1, Date.parse(at) - Date.parse(since)))
}

function words(one: CounterGrowth): string {
  const rule = counterRule(one.counter)
  return `${one.device}/${one.port}: ${one.counter} grew by ${one.to - one.from} (${rule?.means ?? ''}) between ${shortTime(one.since)} and ${shortTime(one.at)}, expected 0`
}

function ruleWords(one: CounterGrowth): string {
  const { fails, source = '' } = counterRule(one.counter) ?? {}
  return fails ? `fails from ${fails.count} in ${fails.hours} h; ${source}` : `warns; ${source}`
}

function shortTime(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
