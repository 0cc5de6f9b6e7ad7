import { check, type Finding, lacking } from '@/lib/check'
import { exampleExcerpt, exampleLinks } from '@/lib/examples/host'
import { linkHistories, lossTable, mostInWindow } from '@/lib/rules/link-outages'
import { logSilent } from '@/lib/rules/log-findings'
import { FLAP } from '@/lib/rules/profile-numbers'
import { sh } from '@/lib/shell'

/** A link that keeps going down and coming back. */
export default check({
  id: 'link-flap',
  level: 'links',
  title: { pass: 'Links hold', fail: 'A link keeps going down and coming back' },
  why: 'Each loss makes RoCE connections retry or break, and a job stalls on its slowest rail. Now everything looks up. The kernel logs Ethernet links only: an InfiniBand port shows its losses in link_downed.',
  refs: [
    `profile flap rule: ${FLAP.source}`,
    'kernel drivers/net/ethernet/mellanox/mlx5/core/en_main.c: "Link up", "Link down"',
  ],
  needs: ['dmesg'],
  after: [],
  run({ dmesg }, { profile }) {
    const links = linkHistories(dmesg)
    if (links.length === 0) return { status: 'skip', summary: 'The kernel log names no Ethernet link of an adapter' }
    const { value: rule, source } = profile?.flap ?? FLAP
    const words = `${rule.count} losses in ${rule.hours} h (${source})`
    const bad = links.filter((link) => mostInWindow(link.losses, rule.hours) >= rule.count)
    if (bad.length > 0)
      return {
        status: 'warn',
        summary: `${bad.map((link) => `${link.netdev} lost its link ${mostInWindow(link.losses, rule.hours)} times`).join(', ')} within ${rule.hours} h; a flap is ${words}`,
        findings: bad.map(
          (link): Finding => ({
            subject: link.pci ?? link.netdev,
            status: 'warn',
            summary: `${link.netdev} lost its link ${mostInWindow(link.losses, rule.hours)} times within ${rule.hours} h`,
          }),
        ),
        evidence: [lossTable(bad)],
        fix: [
          ...bad.slice(0, 8).map((link) => ({
            text: `Look at cable, module and bit errors of ${link.netdev}`,
            ...(link.pci === null ? {} : { command: sh`mlxlink -d ${link.pci} -m -c` }),
            risk: 'none' as const,
          })),
          { text: 'Clean or re-seat the cable at both ends, then replace it', risk: 'none', minutes: 20 },
        ],
        reason: 'link-flap',
        params: { links: bad.length },
      }
    const untimed = links.filter((link) => link.untimed > 0 && link.untimed + link.losses.length >= rule.count)
    if (untimed.length > 0) return lacking(`${untimed[0]?.netdev}: the log gives no times for its losses`)
    return logSilent(dmesg, `None of ${links.length} links had ${words}`)
  },
  examples: [
    { name: 'one loss', facts: { dmesg: exampleLinks([600, 604]) }, status: 'pass' },
    { name: 'three in an hour', facts: { dmesg: exampleLinks([600, 604], [900, 902], [1500, 1501]) }, status: 'warn' },
    {
      name: 'three, days apart',
      facts: { dmesg: exampleLinks([0, 4], [90_000, 90_004], [180_000, 180_004]) },
      status: 'pass',
    },
    { name: 'no Ethernet link', facts: { dmesg: exampleExcerpt() }, status: 'skip' },
  ],
})
