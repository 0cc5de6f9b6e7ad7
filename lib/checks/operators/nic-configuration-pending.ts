import type { NicDeviceFact } from '@/collectors/cluster/nic-devices/collector'
import { check, lacking } from '@/lib/check'
import { aNicDevice } from '@/lib/examples/workloads'
import { deviceTrouble, maintenanceTrouble } from '@/lib/nic-configuration'

const condition = (reason: string, status = 'False', message: string | null = null): NicDeviceFact['conditions'] => [
  { type: 'ConfigUpdateInProgress', status, reason, message, since: null },
]

/** Conditions of NicDevices and progress of node maintenances. */
export default check({
  id: 'nic-configuration-pending',
  level: 'operators',
  title: { pass: 'NIC configuration is applied', fail: 'NIC configuration is not applied' },
  why: 'The NIC configuration operator says of every NIC how far it is. FirmwareError after its own reboot is proof that a warm reboot does not load the firmware on this machine; PendingReboot is only a step on the way.',
  refs: ['k8s-formats §13, §20.27', 'Mellanox/nic-configuration-operator pkg/consts'],
  needs: [],
  anyOf: ['nicDevices', 'nodeMaintenances'],
  wants: ['nicDevices', 'nodeMaintenances'],
  after: [],
  run({ nicDevices, nodeMaintenances }) {
    const troubles = [
      ...(nicDevices ?? []).flatMap(deviceTrouble),
      ...(nodeMaintenances ?? []).flatMap(maintenanceTrouble),
    ]
    const seen = (nicDevices?.length ?? 0) + (nodeMaintenances?.length ?? 0)
    const told = [...(nicDevices ?? []), ...(nodeMaintenances ?? [])].some((each) => each.conditions.length > 0)
    if (seen > 0 && troubles.length === 0 && !told)
      return lacking('neither NicDevices nor NodeMaintenances show conditions: their operators have not looked at them')
    if (seen === 0) return { status: 'skip', summary: 'No NicDevice and no NodeMaintenance concerns this node' }
    if (troubles.length === 0)
      return {
        status: 'pass',
        summary: `${nicDevices?.length ?? 0} NicDevices and ${nodeMaintenances?.length ?? 0} maintenances: nothing pending, no error`,
      }
    const failed = troubles.filter((each) => each.status === 'fail')
    const sorted = [...failed, ...troubles.filter((each) => each.status !== 'fail')]
    return {
      status: failed.length > 0 ? 'fail' : 'warn',
      summary: sorted
        .slice(0, 4)
        .map((each) => `${each.node ?? each.subject}: ${each.subject} ${each.words}`)
        .join('; '),
      findings: sorted.map((each) => ({ subject: each.subject, status: each.status, summary: each.words })),
      fix: [...new Map(sorted.map((each) => [each.fix.text, each.fix])).values()].slice(0, 3),
      reason: sorted[0]?.reason ?? 'pending',
      params: { reasons: [...new Set(sorted.map((each) => each.reason))].join(',') },
    }
  },
  examples: [
    {
      name: 'applied',
      facts: { nicDevices: [aNicDevice({ conditions: condition('UpdateSuccessful') })] },
      status: 'pass',
    },
    {
      name: 'firmware error after reboot',
      facts: { nicDevices: [aNicDevice({ conditions: condition('FirmwareError') })] },
      status: 'fail',
    },
    {
      name: 'reboot pending',
      facts: { nicDevices: [aNicDevice({ conditions: condition('PendingReboot', 'True') })] },
      status: 'warn',
    },
    {
      name: 'no carrier is a cable',
      facts: {
        nicDevices: [
          aNicDevice({ conditions: condition('RuntimeConfigUpdateFailed', 'False', 'port has NO-CARRIER') }),
        ],
      },
      status: 'warn',
    },
    { name: 'none', facts: { nicDevices: [] }, status: 'skip' },
  ],
})
