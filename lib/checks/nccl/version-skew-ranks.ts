import { check, type Finding, lacking } from '@/lib/check'
import { exampleHit, exampleRuns } from '@/lib/rules/examples/nccl'
import { isWhole, judgedRun, lineEvidence, NO_RUN } from '@/lib/rules/nccl-run'

/** Ranks with different NCCL versions, CUDA drivers or network plugins. */
export default check({
  id: 'version-skew-ranks',
  level: 'nccl',
  title: { pass: 'All ranks run the same NCCL', fail: 'Ranks run different NCCL, driver or plugin' },
  why: 'Different images on the nodes of one job make ranks refuse each other, fail with remote-invalid-request, or hang without an error line when only some have the network plugin.',
  refs: ['research/nccl.md §3 boot.version_mismatch, derived.mixed_network', 'NVIDIA/nccl #1634, #1710'],
  needs: ['ncclRuns'],
  after: [],
  run({ ncclRuns }) {
    const run = judgedRun(ncclRuns)
    if (!run) return lacking(NO_RUN)
    if (run.nodes === 1) return { status: 'skip', summary: 'One node: one image' }
    if (run.runs > 1) return lacking('the capture holds several runs')
    const kinds: [string, readonly { name: string; hosts: readonly string[] }[]][] = [
      ['NCCL version', run.versions.map((entry) => ({ name: entry.version, hosts: entry.hosts }))],
      ['CUDA driver version', run.drivers.map((entry) => ({ name: entry.version, hosts: entry.hosts }))],
      ['network', run.networkHosts.map((entry) => ({ name: entry.network, hosts: entry.hosts }))],
    ]
    const skewed = kinds.filter(([, values]) => values.length > 1)
    if (skewed.length > 0) {
      const findings: Finding[] = skewed.flatMap(([kind, values]) =>
        values.flatMap(({ name, hosts }) =>
          hosts
            .slice(0, 16)
            .map((host): Finding => ({ subject: host, status: 'warn', summary: `${host}: ${kind} ${name}` })),
        ),
      )
      return {
        status: 'warn',
        summary: skewed
          .map(
            ([kind, values]) =>
              `${values.length} different ${kind}s: ${values.map(({ name, hosts }) => `${name}${hosts.length > 0 ? ` (${hosts.slice(0, 4).join(', ')})` : ''}`).join(' and ')}`,
          )
          .join('; '),
        findings,
        evidence: lineEvidence(run, ['boot.version_mismatch', 'net.plugin.assigned', 'plugin.absent']),
        reason: 'ranks-differ',
        params: { what: skewed.map(([kind]) => kind).join(',') },
        fix: [
          {
            text: 'Use the same image digest on all workers, and the same driver on all nodes',
            risk: 'restart-pods',
            verify: 'every rank prints the same version and network',
          },
        ],
      }
    }
    if (run.ncclVersion === null) return lacking('the output names no NCCL version')
    if (!isWhole(run)) return lacking(`NCCL ${run.ncclVersion} is named once, and the run has no end`)
    if (!comparesVersions(run.ncclVersion))
      return lacking(`only one rank names its NCCL (${run.ncclVersion}); before 2.23.4 ranks do not compare theirs`)
    return {
      status: 'pass',
      summary: `NCCL ${run.ncclVersion} compares the versions of all ranks, and they worked together`,
    }
  },
  examples: [
    { name: 'one version', facts: { ncclRuns: exampleRuns() }, status: 'pass' },
    {
      name: 'two versions',
      facts: {
        ncclRuns: exampleRuns({
          ncclVersion: null,
          complete: false,
          versions: [
            { version: '2.27.3', hosts: ['worker-0'] },
            { version: '2.28.9', hosts: ['worker-1'] },
          ],
          signatures: [
            exampleHit(
              'boot.version_mismatch',
              'fatal',
              'Mismatched NCCL version detected : rank 0 version 22703 rank 8 version 22809',
            ),
          ],
        }),
      },
      status: 'warn',
    },
    { name: 'no version', facts: { ncclRuns: exampleRuns({ ncclVersion: null, versions: [] }) }, status: 'lacking' },
    { name: 'one node', facts: { ncclRuns: exampleRuns({ nodes: 1 }) }, status: 'skip' },
  ],
})

/** From 2.23.4 on ranks refuse each other when their versions differ (boot.version_mismatch). */
function comparesVersions(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  return major > 2 || (major === 2 && (minor > 23 || (minor === 23 && patch >= 4)))
}
