import { check, lacking } from '@/lib/check'
import { examplePort, examplePorts, TWO_RAILS } from '@/lib/examples/ports'
import { railsOf } from '@/lib/rules/rails'
import { sh } from '@/lib/shell'

/** A port of a rail adapter that speaks Ethernet although the profile wants an InfiniBand fabric and rails are missing. */
export default check({
  id: 'ethernet-fallback',
  level: 'links',
  title: { pass: 'Rails speak InfiniBand', fail: 'A rail speaks Ethernet instead of InfiniBand' },
  why: 'After a firmware or configuration reset VPI adapters may come up as Ethernet. The port then has no LID, its fabric neighbour stays Polling, and SR-IOV resources for InfiniBand never match.',
  refs: ['research/host-formats.md §3 (LINK_TYPE), §5', 'seed 002'],
  needs: ['infiniband'],
  after: [],
  run({ infiniband }, { profile }) {
    const { rails } = railsOf(infiniband, profile)
    const ethernet = railsOf(
      infiniband,
      profile ? { ...profile, linkLayer: { value: 'Ethernet', source: '' } } : null,
    ).rails
    const wanted = profile?.rails?.value
    if (profile?.linkLayer?.value === 'Ethernet')
      return { status: 'skip', summary: `Profile ${profile.id} wants an Ethernet (RoCE) fabric` }
    if (infiniband.complete === false) return lacking('the list of RDMA devices is cut')
    if (profile?.linkLayer === undefined || wanted === undefined) {
      return {
        status: 'skip',
        summary: `${rails.length} InfiniBand ports of PFs; no profile says which ports should be InfiniBand`,
      }
    }
    if (rails.length >= wanted)
      return {
        status: 'pass',
        summary: `${rails.length} InfiniBand ports of PFs, ${wanted} wanted by profile ${profile.id}`,
      }
    const models = new Set(rails.map(({ device }) => device.type))
    const suspects = ethernet.filter(({ device }) => models.size === 0 || models.has(device.type))
    if (suspects.length === 0) return { status: 'pass', summary: 'No port of a rail adapter speaks Ethernet' }
    return {
      status: 'fail',
      summary: `${rails.length} InfiniBand ports where profile ${profile.id} wants ${wanted}, and ${suspects.map(({ label }) => label).join(', ')} of the same model speak Ethernet`,
      findings: suspects.map(({ device, label, port }) => ({
        subject: device.pci ?? label,
        status: 'fail',
        summary: `link layer is Ethernet, InfiniBand wanted (${port.state ?? 'state not known'})`,
      })),
      fix: [
        ...suspects.slice(0, 8).map(({ device }) => ({
          text: 'Read the configured link type',
          command: sh`mstconfig -d ${device.pci ?? device.name} -e q LINK_TYPE_P1`,
          risk: 'none' as const,
        })),
        ...suspects.slice(0, 8).map(({ device, port }) => ({
          text: 'Set it to InfiniBand, then restart the NIC firmware',
          command: sh`mstconfig -d ${device.pci ?? device.name} -y set ${`LINK_TYPE_P${port.port}`}=1`,
          risk: 'config' as const,
          verify: 'ibstat shows Link layer: InfiniBand',
        })),
      ],
      reason: 'ethernet-fallback',
      params: { count: suspects.length },
    }
  },
  examples: [
    {
      name: 'two InfiniBand rails',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1)) },
      context: { profile: TWO_RAILS },
      status: 'pass',
    },
    {
      name: 'one of two speaks Ethernet',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { linkLayer: 'Ethernet', lid: 0 })) },
      context: { profile: TWO_RAILS },
      status: 'fail',
    },
    {
      name: 'no profile: an Ethernet port may be management',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1, { linkLayer: 'Ethernet' })) },
      status: 'skip',
    },
  ],
})
