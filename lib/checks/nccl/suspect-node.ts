import { check, type Finding, lacking, type Verdict } from '@/lib/check'
import { exampleGroup as group } from '@/lib/rules/examples/nccl'
import { suspectFinding, suspectNodes, unexplainedGroups } from '@/lib/rules/nccl-suspects'

/** A node that is slow or fails with every good partner, or whose ranks a RAS report misses. */
export default check({
  id: 'suspect-node',
  level: 'nccl',
  scope: 'cluster',
  title: { pass: 'No node slows the others', fail: 'One node slows or stops the others' },
  why: 'A ring is as fast as its slowest member. Pairs tell which: the node that is bad with two partners, each of which is good with somebody else. RAS names the process that a hanging job waits for.',
  refs: ['research/nccl.md §5.7, §2.8', 'NVIDIA/nccl docs troubleshooting/ras.rst'],
  needs: [],
  wants: ['ncclPairs', 'ncclRas'],
  anyOf: ['ncclPairs', 'ncclRas'],
  after: [],
  run({ ncclPairs, ncclRas }) {
    const [report] = ncclRas?.reports ?? []
    const suspects = ncclPairs ? suspectNodes(ncclPairs) : []
    const findings: Finding[] = [
      ...(report?.suspects ?? []).map(
        ({ host, pid, gpu }): Finding => ({
          subject: host,
          status: 'fail',
          summary: `process ${pid} on ${host}, GPU ${gpu}, does not answer`,
        }),
      ),
      ...suspects.map(suspectFinding),
    ]
    if (findings.length > 0) return verdict(findings, report?.missingRanks.map((missing) => missing.rank) ?? [])
    const missing = report?.missingRanks.length ?? 0
    if (missing > 0) return lacking(`RAS misses ${missing} ranks and does not name their node`)
    const open = ncclPairs ? unexplainedGroups(ncclPairs) : []
    if (open.length > 0)
      return lacking(
        `${open.length} groups of nodes are slow and no member is good elsewhere: pair each with a known good node`,
      )
    const tested = new Set(ncclPairs?.groups.flatMap((group) => group.nodes))
    if (tested.size >= 3)
      return { status: 'pass', summary: `${tested.size} nodes in ${ncclPairs?.groups.length} groups, none stands out` }
    const odd = report?.groups.find((each) => each.errors !== 'OK')
    if (odd) return lacking(`RAS says ${odd.errors ?? 'nothing of errors'} of a group and the report names no node`)
    if (report && report.groups.length > 0)
      return { status: 'pass', summary: `RAS hears all ranks of ${report.groups.length} groups of communicators` }
    return lacking('pairs of at least 3 nodes tell a bad node from its partner')
  },
  examples: [
    {
      name: 'all pairs alike',
      facts: { ncclPairs: { groups: [group('a', 'b', 370), group('b', 'c', 368), group('a', 'c', 371)] } },
      status: 'pass',
    },
    {
      name: 'slow with two good partners',
      facts: {
        ncclPairs: {
          groups: [
            group('a', 'b', 370),
            group('a', 'c', 369),
            group('b', 'c', 371),
            group('a', 'd', 180),
            group('b', 'd', 182),
          ],
        },
      },
      status: 'fail',
    },
    {
      name: 'three nodes, one slow with both others',
      facts: { ncclPairs: { groups: [group('a', 'b', 370), group('b', 'c', 182), group('a', 'c', 180)] } },
      status: 'fail',
    },
    {
      name: 'rings are not compared with trees',
      facts: {
        ncclPairs: {
          groups: [
            group('a', 'b', 690),
            group('c', 'd', 688),
            ...[group('a', 'e', 388), group('b', 'e', 390)].map((one) => ({ ...one, test: 'all_reduce ring' })),
          ],
        },
      },
      status: 'pass',
    },
    {
      name: 'one bad pair with a good partner',
      facts: {
        ncclPairs: { groups: [group('a', 'b', 370), group('b', 'c', 369), group('a', 'c', 371), group('a', 'd', 180)] },
      },
      status: 'warn',
    },
    {
      name: 'one slow pair, nobody good elsewhere',
      facts: { ncclPairs: { groups: [{ ...group('a', 'b', 0), busbwGBps: null, failed: true }] } },
      status: 'lacking',
    },
  ],
})

function verdict(findings: readonly Finding[], missingRanks: readonly number[]): Verdict {
  const ranks = missingRanks.length > 0 ? ` (missing ranks: ${missingRanks.slice(0, 16).join(', ')})` : ''
  return {
    status: findings.some((finding) => finding.status === 'fail') ? 'fail' : 'warn',
    summary: findings.map((finding) => finding.summary).join('; ') + ranks,
    findings,
    evidence: [
      {
        kind: 'table',
        title: 'Suspects',
        columns: ['Node', 'Why'],
        rows: findings.map(({ subject, summary }) => ({ cells: [subject, summary], deviates: true })),
      },
    ],
    reason: 'bad-node',
    fix: [
      { text: 'Run the node alone, then each of its rails, to name the part', risk: 'none', minutes: 10 },
      {
        text: 'Take it out of scheduling until it is repaired',
        risk: 'config',
        verify: 'the full set of nodes reaches its bandwidth without it',
      },
    ],
  }
}
