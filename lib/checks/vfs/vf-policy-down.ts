import { vfLabel, vfPolicy } from '@/collectors/node/sriov/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { examplePf, exampleSriov, exampleVf } from '@/lib/examples/functions'
import { sh } from '@/lib/shell'

/** VF link policy Down keeps the port down; Up keeps it up when the cable is pulled. */
export default check({
  id: 'vf-policy-down',
  level: 'vfs',
  title: { pass: 'VF links follow their port', fail: 'VF link policy is Down' },
  why: 'With policy Down a VF never gets link although its PF is Active. With Up it claims link even when the cable is out, so failures are noticed only as timeouts.',
  refs: ['research/host-formats.md §7 (vf-guid)', 'iproute2 ip link: vf state auto|enable|disable'],
  needs: ['sriov'],
  after: [],
  run({ sriov }) {
    const vfs = sriov.pfs.flatMap((pf) =>
      pf.linkLayer === 'Ethernet' ? [] : (pf.vfs ?? []).map((vf) => ({ pf, vf, policy: vfPolicy(vf) })),
    )
    const down = vfs.filter(({ policy }) => policy === 'down')
    const up = vfs.filter(({ policy }) => policy === 'up')
    const finding =
      (status: 'fail' | 'warn') =>
      ({ pf, vf }: (typeof vfs)[number]): Finding => ({
        subject: vfLabel(pf, vf),
        status,
        summary: `link policy is ${vf.policy ?? vf.linkState}, ${status === 'fail' ? 'so it never gets link' : 'so it does not follow the cable'}`,
      })
    const bad = [...down.map(finding('fail')), ...up.map(finding('warn'))]
    if (bad.length > 0) {
      return {
        status: down.length > 0 ? 'fail' : 'warn',
        summary: `${down.length} of ${vfs.length} VFs have link policy Down and ${up.length} Up, Follow is wanted: ${bad
          .slice(0, 6)
          .map((each) => each.subject)
          .join(', ')}`,
        findings: bad,
        fix: [...down, ...up].slice(0, 8).map(({ pf, vf }) => ({
          text: `Let VF ${vf.index} follow its port`,
          command:
            vf.policy === null
              ? sh`ip link set dev ${pf.netdev ?? 'PF'} vf ${vf.index} state auto`
              : sh`echo Follow > /sys/class/infiniband/${pf.rdma ?? 'CA'}/device/sriov/${vf.index}/policy`,
          risk: 'config',
          verify: 'the policy reads Follow (auto)',
        })),
        reason: down.length > 0 ? 'vf-policy-down' : 'vf-policy-up',
        params: { down: down.length > 0 },
      }
    }
    if (vfs.length === 0) return { status: 'skip', summary: 'No InfiniBand VF was seen' }
    if (vfs.some(({ policy }) => policy === null))
      return lacking('the VFs show no link policy (OFED: sriov/N/policy, inbox: ip -d link show)')
    return { status: 'pass', summary: `All ${vfs.length} VFs follow the link of their port` }
  },
  examples: [
    { name: 'all follow', facts: { sriov: exampleSriov(examplePf()) }, status: 'pass' },
    {
      name: 'one Down',
      facts: { sriov: exampleSriov(examplePf({ vfs: [exampleVf(0), exampleVf(1, { policy: 'Down' })] })) },
      status: 'fail',
    },
    {
      name: 'one forced up',
      facts: { sriov: exampleSriov(examplePf({ vfs: [exampleVf(0, { policy: null, linkState: 'enable' })] })) },
      status: 'warn',
    },
    {
      name: 'no policy shown',
      facts: { sriov: exampleSriov(examplePf({ vfs: [exampleVf(0, { policy: null })] })) },
      status: 'lacking',
    },
  ],
})
