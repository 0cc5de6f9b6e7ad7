import type { Finding, FixStep, Verdict } from '@/lib/check'
import { sh } from '@/lib/shell'
import type { VfRow } from './vf-row'

/** The verdict over PFs whose row breaks: all of them named, the first one's place decides the fix. */
export function brokenVerdict(broken: readonly VfRow[], of: number, node: string | null): Verdict {
  const [first] = broken
  return {
    status: 'fail',
    summary: `${broken.length} of ${of} PFs: ${broken
      .slice(0, 4)
      .map((row) => `${row.pf}: ${row.broken}`)
      .join('; ')}`,
    findings: broken.map((row): Finding => ({ subject: row.pf, status: 'fail', summary: row.broken ?? '' })),
    fix: fixOf(first?.place ?? null, first?.pf ?? 'PF', node),
    reason: `missing-vfs-${first?.place ?? ''}`,
    params: { place: first?.place ?? '', wanted: first?.wanted ?? -1, pfs: broken.length },
  }
}

function fixOf(place: string | null, pf: string, node: string | null): FixStep[] {
  if (place === 'next' || place === 'current') {
    return [
      {
        text: 'Make the firmware offer the VFs first',
        command: sh`mstconfig -d ${pf} -e q NUM_OF_VFS SRIOV_EN`,
        risk: 'none',
      },
    ]
  }
  const log =
    node === null
      ? 'kubectl logs -A -l app=sriov-network-config-daemon --tail=200'
      : sh`kubectl get pods -A -l app=sriov-network-config-daemon --field-selector spec.nodeName=${node}`
  return [
    {
      text: 'Look for the kernel’s refusal (not enough MMIO resources, no memory)',
      command: 'dmesg | grep -iE "sriov|sr-iov|mlx5_core"',
      risk: 'none',
    },
    {
      text: 'Read the config daemon’s log on this node: it creates the VFs',
      command: log,
      risk: 'none',
      verify: 'sriov_numvfs equals numVfs of the policy on every PF',
    },
  ]
}
