import { type SriovPf, type SriovVf, vfLabel } from '@/collectors/node/sriov/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleNodeState, examplePf, exampleSriov, exampleVf } from '@/lib/examples/functions'
import { type OperatorView, wantedVfs } from '@/lib/rules/wanted-vfs'
import { sh } from '@/lib/shell'

/** Driver that the policy's device type asks of a VF: null when no policy covers it. */
function wantedDriver(pf: SriovPf, vf: SriovVf, view: OperatorView): string | null {
  const wanted = wantedVfs(pf.pci, view)
  if (typeof wanted === 'string') return null
  const group = wanted.spec.vfGroups.find(({ vfRange }) => {
    const [from, to] = (vfRange ?? '').split('-').map(Number)
    return from !== undefined && to !== undefined && vf.index >= from && vf.index <= to
  })
  if (!group) return null
  return group.deviceType === 'vfio-pci' ? 'vfio-pci' : 'mlx5_core'
}

/** A VF without driver, or with another driver than its policy wants. */
export default check({
  id: 'vf-driver-unexpected',
  level: 'vfs',
  title: { pass: 'VFs have the driver their policy wants', fail: 'VFs have an unexpected driver' },
  why: 'Only a VF bound to mlx5_core has an RDMA device; one bound to vfio-pci is meant for virtual machines. A VF without any driver is offered to pods and then fails when a pod gets it.',
  refs: ['research/host-formats.md §7 (sriov-vfs)', 'seed 004'],
  needs: ['sriov'],
  wants: ['nodeStates', 'customResourceDefinitions'],
  after: [],
  run({ sriov, ...view }) {
    const vfs = sriov.pfs.flatMap((pf) => (pf.vfs ?? []).map((vf) => ({ pf, vf, wanted: wantedDriver(pf, vf, view) })))
    if (vfs.length === 0)
      return sriov.complete === false
        ? lacking('the list of VFs is cut')
        : { status: 'skip', summary: 'No VF was seen' }
    const shown = vfs.some(({ vf }) => vf.driver !== null) || sriov.pfs.some((pf) => pf.capable !== undefined)
    if (!shown) return lacking('the driver links of the VFs were not shown')
    const bad = vfs.flatMap(({ pf, vf, wanted }): Finding[] => {
      const subject = vfLabel(pf, vf)
      if (wanted !== null && vf.driver !== wanted)
        return [{ subject, status: 'warn', summary: `driver ${vf.driver ?? 'none'}, the policy wants ${wanted}` }]
      if (wanted === null && vf.driver === null && pf.autoprobe !== false)
        return [{ subject, status: 'warn', summary: 'no driver is bound although drivers are probed automatically' }]
      return []
    })
    const vfio = vfs.filter(({ vf, wanted }) => vf.driver === 'vfio-pci' && wanted === null).length
    const note = vfio > 0 ? `; ${vfio} bound to vfio-pci (passed to a virtual machine)` : ''
    const untold = vfs.filter(({ pf, vf }) => vf.driver !== 'mlx5_core' && wantedVfs(pf.pci, view) === 'unknown')
    if (bad.length === 0 && untold.length > 0)
      return lacking(
        `${untold.length} VFs are not bound to mlx5_core (${untold[0]?.vf.driver ?? 'no driver'}), and what the policy wants is not known`,
      )
    if (bad.length === 0 && sriov.complete === false) return lacking('the list of VFs is cut')
    if (bad.length === 0)
      return { status: 'pass', summary: `${vfs.length} VFs have the driver expected of them${note}` }
    return {
      status: 'warn',
      summary: `${bad.length} of ${vfs.length} VFs: ${bad
        .slice(0, 4)
        .map((each) => `${each.subject} ${each.summary}`)
        .join('; ')}${note}`,
      findings: bad,
      fix: bad.slice(0, 8).map(({ subject }) => ({
        text: 'Probe the driver of this VF',
        command: sh`echo ${subject} > /sys/bus/pci/drivers_probe`,
        risk: 'config',
        verify: sh`readlink /sys/bus/pci/devices/${subject}/driver ends with the wanted driver`,
      })),
      reason: 'vf-driver-unexpected',
      params: { count: bad.length },
    }
  },
  examples: [
    {
      name: 'mlx5_core as the policy wants',
      facts: { sriov: exampleSriov(examplePf()), nodeStates: [exampleNodeState(2)] },
      status: 'pass',
    },
    {
      name: 'vfio-pci where the policy wants a network device',
      facts: {
        sriov: exampleSriov(examplePf({ vfs: [exampleVf(0, { driver: 'vfio-pci' }), exampleVf(1)] })),
        nodeStates: [exampleNodeState(2)],
      },
      status: 'warn',
    },
    {
      name: 'no driver bound',
      facts: { sriov: exampleSriov(examplePf({ vfs: [exampleVf(0, { driver: null }), exampleVf(1)] })) },
      status: 'warn',
    },
    {
      name: 'drivers not shown',
      facts: { sriov: exampleSriov({ ...examplePf(), capable: undefined, vfs: [exampleVf(0, { driver: null })] }) },
      status: 'lacking',
    },
  ],
})
