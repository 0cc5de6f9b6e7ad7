import { check, type Finding, lacking } from '@/lib/check'
import { exampleExcerpt, exampleLinks } from '@/lib/examples/host'
import { type LinkHistory, type LinkLoss, linkHistories, lossTable, lossWords } from '@/lib/rules/link-outages'
import { logSilent } from '@/lib/rules/log-findings'
import { FLAP } from '@/lib/rules/profile-numbers'
import { sh } from '@/lib/shell'

/** A link that was away for longer than connections survive. */
export default check({
  id: 'long-outage',
  level: 'links',
  title: { pass: 'No link was away for long', fail: 'A link was away for long' },
  why: 'Queue pairs give up after some seconds of retries: an outage of half a minute kills every job that uses the rail, although the port is up again when somebody looks.',
  refs: [
    `profile flap rule: ${FLAP.source}`,
    'kernel drivers/net/ethernet/mellanox/mlx5/core/en_main.c: "Link up", "Link down"',
  ],
  needs: ['dmesg'],
  wants: ['clock'],
  after: [],
  run({ dmesg, clock }, { profile }) {
    const links = linkHistories(dmesg)
    if (links.length === 0) return { status: 'skip', summary: 'The kernel log names no Ethernet link of an adapter' }
    const { value: rule, source } = profile?.flap ?? FLAP
    const bad = links
      .map(
        (link): LinkHistory => ({ ...link, losses: link.losses.filter((loss) => loss.atLeastSec >= rule.outageSec) }),
      )
      .filter((link) => link.losses.length > 0)
    if (bad.length > 0) {
      const rows = bad.map((link): Finding => {
        const recent = link.losses.filter((loss) => !held(loss, clock?.now, rule.hours))
        const worst = [...(recent.length > 0 ? recent : link.losses)].sort((a, b) => b.atLeastSec - a.atLeastSec)[0]
        return {
          subject: link.pci ?? link.netdev,
          status: recent.length > 0 ? 'fail' : 'warn',
          summary: `${link.netdev} was down for ${worst ? lossWords(worst) : ''}${recent.length > 0 ? '' : ` and has held for over ${rule.hours} h since`}`,
        }
      })
      return {
        status: rows.some((row) => row.status === 'fail') ? 'fail' : 'warn',
        summary: `${rows.map((row) => row.summary).join('; ')}; the limit is ${rule.outageSec} s (${source})`,
        findings: rows,
        evidence: [lossTable(bad)],
        fix: [
          ...bad.slice(0, 8).map((link) => ({
            text: `Look at cable, module and the partner of ${link.netdev}`,
            ...(link.pci === null ? {} : { command: sh`mlxlink -d ${link.pci} -m -c` }),
            risk: 'none' as const,
          })),
          { text: 'See in the switch’s log what happened at that time', risk: 'none', minutes: 10 },
        ],
        reason: 'long-outage',
        params: { links: bad.length },
      }
    }
    const untimed = links.find((link) => link.untimed > 0)
    if (untimed) return lacking(`${untimed.netdev}: the log gives no times for its losses`)
    return logSilent(dmesg, `None of ${links.length} links was away for ${rule.outageSec} s`)
  },
  examples: [
    { name: 'four seconds', facts: { dmesg: exampleLinks([600, 604]) }, status: 'pass' },
    { name: 'a minute', facts: { dmesg: exampleLinks([600, 660]) }, status: 'fail' },
    {
      name: 'a minute, days ago',
      facts: { dmesg: exampleLinks([600, 660]), clock: { now: '2026-10-06T00:00:00Z' } },
      status: 'warn',
    },
    { name: 'no Ethernet link', facts: { dmesg: exampleExcerpt() }, status: 'skip' },
  ],
})

/** True for a loss that ended longer ago than the window: only where both clocks are known. */
function held(loss: LinkLoss, now: string | undefined, hours: number): boolean {
  const back = loss.backAt === null || !/(?:Z|[+-]\d\d:\d\d)$/.test(loss.backAt) ? Number.NaN : Date.parse(loss.backAt)
  return now !== undefined && Date.parse(now) - back > hours * 3_600_000
}
