import { check, lacking } from '@/lib/check'
import { exampleRuns } from '@/lib/rules/examples/nccl'
import { devicesOf, expectedNics, ranksWithFewerNics, shortHosts } from '@/lib/rules/nccl-devices'
import { crossesNodes, judgedRun, lineEvidence, NO_RUN, nodeCount, RERUN_WITH_LOG } from '@/lib/rules/nccl-run'

/** NCCL uses fewer HCAs than the pod was given, than the profile has, or than the other hosts of the run. */
export default check({
  id: 'missing-rails',
  level: 'nccl',
  title: { pass: 'NCCL uses every rail', fail: 'NCCL uses fewer rails than there are' },
  why: 'A node that brings 7 of 8 NICs slows the whole ring to 7/8. NCCL says nothing but an INFO line (NCCL_IGNORE_NET_MISMATCH is on by default).',
  refs: ['research/nccl.md §2.3, §3 topo.rank_net_count, §4.5', 'NVIDIA/nccl src/init.cc'],
  needs: ['ncclRuns'],
  after: ['no-ib-device'],
  run({ ncclRuns }, { profile }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    if (crossesNodes(run) === false) return { status: 'skip', summary: 'One node: NCCL needs no rail' }
    if (run.transport === 'Socket')
      return { status: 'skip', summary: 'TCP sockets: no rail is used at all (see tcp-fallback)' }
    const findings = [...shortHosts(run, profile), ...ranksWithFewerNics(run)]
    if (findings.length > 0) {
      const status = findings.some((finding) => finding.status === 'fail') ? 'fail' : 'warn'
      return {
        status,
        summary: findings.map((finding) => finding.summary).join('; '),
        findings,
        evidence: lineEvidence(run, [
          'net.ib.using',
          'topo.rank_net_count',
          'topo.mixed_net_counts',
          'net.ib.hca_filter',
        ]),
        reason: 'fewer-nics-used',
        params: { hosts: findings.length },
        fix: [
          {
            text: 'Compare the devices in each pod with the VFs it was given, and NCCL_IB_HCA with their names',
            command: 'ls /sys/class/infiniband; printenv NCCL_IB_HCA',
            risk: 'none',
            minutes: 5,
          },
          {
            text: 'Repair the port or VF that is missing, or correct NCCL_IB_HCA, and run again',
            risk: 'config',
            verify: '"NET/IB : Using" lists the same number of devices on every host',
          },
        ],
      }
    }
    const expected = expectedNics(run, profile)
    if (run.hosts.length === 0) return lacking('the output lists no devices ("NET/IB : Using")', [RERUN_WITH_LOG])
    if (!expected)
      return lacking(
        `how many VFs a pod was given is not in the output; ${run.hosts.map((host) => `${host.name} uses ${host.nicCount}`).join(', ')} (${devicesOf(run)})`,
      )
    const nodes = nodeCount(run)
    if (nodes === null || run.hosts.length < nodes)
      return lacking(`only ${run.hosts.length} of ${nodes ?? 'an unknown number of'} hosts list their devices`, [
        RERUN_WITH_LOG,
      ])
    return {
      status: 'pass',
      summary: `${run.hosts.length} of ${run.hosts.length} hosts use ${expected.count} of ${expected.count} HCAs (${expected.from})`,
    }
  },
  examples: [
    { name: 'eight of eight', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'seven of eight on one host',
      facts: {
        ncclRuns: exampleRuns({
          hosts: [
            { name: 'worker-0', nicCount: 8 },
            { name: 'worker-1', nicCount: 7 },
          ],
        }),
      },
      status: 'fail',
    },
    {
      name: 'one host lists its devices',
      facts: { ncclRuns: exampleRuns({ hosts: [{ name: 'worker-0', nicCount: 8 }] }) },
      status: 'lacking',
    },
    {
      name: 'nothing to compare with',
      facts: { ncclRuns: exampleRuns({ hcasAllocatedPerPod: null }) },
      status: 'lacking',
    },
  ],
})
