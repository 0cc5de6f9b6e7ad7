import { check, type Finding, lacking } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { exampleVerbs, lacksCharDevices } from '@/lib/rules/char-devices'
import { isVf, portState } from '@/lib/rules/rails'

/** An RDMA device with an active port that no program can open. */
export default check({
  id: 'missing-verbs-device',
  level: 'drivers',
  title: { pass: 'Active RDMA devices can be opened', fail: 'An active RDMA device cannot be opened' },
  why: 'Programs and device plug-ins reach an RDMA device through /dev/infiniband. A port can be active without its uverbs device: pods then get no RDMA although every tool that reads sysfs shows the port.',
  refs: [
    'research/peers.md §1.5 and 3.8: issm, umad, uverbs of active ports',
    'linux drivers/infiniband/core/user_mad.c',
  ],
  needs: ['infiniband', 'verbsDevices'],
  after: ['missing-module'],
  run({ infiniband, verbsDevices }) {
    const hardware = infiniband.devices.filter((device) => isVf(device) !== true)
    const active = hardware.filter(({ ports }) => ports.some((port) => portState(port) === 'active'))
    if (active.length === 0 || verbsDevices.uverbs === null)
      return { status: 'skip', summary: 'No active RDMA device, or no character devices were listed' }
    const bad = active.flatMap((device) => {
      const kinds = lacksCharDevices(device, verbsDevices)
      return kinds.length === 0 ? [] : [{ device, kinds }]
    })
    if (bad.length === 0) {
      if (infiniband.complete === false) return lacking('the list of RDMA devices is cut')
      return {
        status: 'pass',
        summary: `All ${active.length} active RDMA devices have their character devices`,
      }
    }
    const findings = bad.map(({ device, kinds }): Finding => {
      const summary = `has an active port and no ${kinds.join(', ')} device`
      return { subject: device.pci ? `${device.name} (${device.pci})` : device.name, status: 'fail', summary }
    })
    return {
      status: 'fail',
      summary: `${bad.length} of ${active.length} active RDMA devices: ${findings.map((each) => `${each.subject} ${each.summary}`).join('; ')}`,
      findings,
      evidence: [
        {
          kind: 'table',
          title: 'Active RDMA devices',
          columns: ['Device', 'Missing'],
          rows: bad.map(({ device, kinds }) => ({ cells: [device.name, kinds.join(', ')], deviates: true })),
        },
      ],
      fix: [
        {
          text: 'Look in the kernel log for why the device was not made',
          command: 'dmesg | grep -iE "uverbs|umad|mlx5_ib"',
          risk: 'none',
        },
        {
          text: 'Load the driver again on a drained node',
          command: 'modprobe -r mlx5_ib && modprobe mlx5_ib',
          risk: 'restart-pods',
          verify: 'ls /dev/infiniband',
        },
      ],
      reason: 'missing-verbs-device',
      params: { count: bad.length },
    }
  },
  examples: [
    {
      name: 'all there',
      facts: { infiniband: examplePorts(examplePort(0)), verbsDevices: exampleVerbs('mlx5_0') },
      status: 'pass',
    },
    {
      name: 'no uverbs of the second',
      facts: { infiniband: examplePorts(examplePort(0), examplePort(1)), verbsDevices: exampleVerbs('mlx5_0') },
      status: 'fail',
    },
  ],
})
