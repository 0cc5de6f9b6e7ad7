import { check, type Finding, lacking } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { isSoftware } from '@/lib/rules/rails'

/** Software RDMA (rxe, siw) on this node: no rail. */
export default check({
  id: 'softroce-device',
  level: 'drivers',
  title: { pass: 'RDMA devices are hardware', fail: 'Software RDMA devices are present' },
  why: 'SoftRoCE proves that a path works and says nothing of speed. NCCL may pick such a device and run at Ethernet speed; it is never counted as a rail here.',
  refs: ['seed 004 (SoftRoCE)', 'kernel drivers/infiniband/sw/rxe'],
  needs: ['infiniband'],
  after: [],
  run({ infiniband }, { profile }) {
    const soft = infiniband.devices.filter(isSoftware)
    if (soft.length === 0) {
      if (infiniband.devices.length === 0) return { status: 'skip', summary: 'No RDMA device' }
      if (infiniband.complete === false) return lacking('the list of RDMA devices is cut')
      return { status: 'pass', summary: `None of ${infiniband.devices.length} RDMA devices is software` }
    }
    const words = `${soft.map((each) => each.name).join(', ')}: software RDMA, not a rail`
    if (profile?.id === 'softroce-lab') return { status: 'pass', summary: `${words}, as this lab profile wants` }
    return {
      status: 'warn',
      summary: words,
      findings: soft.map(
        (each): Finding => ({ subject: each.name, status: 'warn', summary: 'software RDMA over an Ethernet device' }),
      ),
      fix: [
        {
          text: 'Remove it where NCCL must not use it, or exclude it by NCCL_IB_HCA',
          command: 'rdma link show',
          risk: 'config',
        },
      ],
      reason: 'softroce',
      params: { devices: soft.length },
    }
  },
  examples: [
    { name: 'hardware', facts: { infiniband: examplePorts(examplePort(0)) }, status: 'pass' },
    {
      name: 'rxe0',
      facts: { infiniband: examplePorts({ ...examplePort(0), name: 'rxe0', pci: null, software: true }) },
      status: 'warn',
    },
  ],
})
