import type { NicDeviceFact } from '@/collectors/cluster/nic-devices/collector'
import type { NodeMaintenanceFact } from '@/collectors/cluster/node-maintenances/collector'
import type { FixStep } from './check'
import { sh } from './shell'

/** What keeps a NIC from being configured. */
export interface NicTrouble {
  node: string | null
  subject: string
  status: 'fail' | 'warn'
  reason: string
  words: string
  fix: FixStep
}

const FAILED = new Set([
  'IncorrectSpec',
  'SpecValidationFailed',
  'NonVolatileConfigUpdateFailed',
  'RuntimeConfigUpdateFailed',
  'FirmwareError',
  'FirmwareUpdateFailed',
  'FirmwareSourceFailed',
  'FirmwareSourceNotReady',
])
const UNDERWAY: Readonly<Record<string, string>> = {
  UpdateStarted: 'the configuration is being written',
  PendingReboot: 'waits for a reboot of the node: values are written, the reboot is not done',
  PendingNodeMaintenance: 'waits for a maintenance of the node',
  PendingFirmwareUpdate: 'waits for a firmware update',
  PartiallyApplied: 'is only partly applied',
  FirmwareUpdateStarted: 'firmware is being updated',
  DeviceFirmwareConfigMismatch: 'firmware is not the one the policy wants',
}

/** Trouble of one NIC by its conditions (k8s-formats §13). */
export function deviceTrouble(device: NicDeviceFact): NicTrouble[] {
  const pci = device.ports[0]?.pci
  const base = { node: device.node, subject: pci ?? device.name }
  return device.conditions.flatMap((each): NicTrouble[] => {
    const reason = each.reason ?? ''
    const message = each.message === null ? '' : `: ${each.message}`
    if (each.type === 'FirmwareConfigMatch')
      return each.status === 'False'
        ? [
            {
              ...base,
              status: 'warn',
              reason: 'firmware-not-recommended',
              words: `firmware ${device.firmware ?? ''} is not the recommended one${message}`,
              fix: look(device),
            },
          ]
        : []
    if (FAILED.has(reason)) {
      if (reason === 'RuntimeConfigUpdateFailed' && /NO-CARRIER/i.test(each.message ?? ''))
        return [
          {
            ...base,
            status: 'warn',
            reason: 'no-carrier',
            words: `has a port without carrier${message}: a cable, not the configuration`,
            fix: look(device),
          },
        ]
      if (reason === 'FirmwareError')
        return [
          {
            ...base,
            status: 'fail',
            reason: 'firmware-error',
            words: `FirmwareError${message}: the node has rebooted and the old values are still in force`,
            fix: RESET,
          },
        ]
      return [{ ...base, status: 'fail', reason, words: `${reason}${message}`, fix: look(device) }]
    }
    const words = UNDERWAY[reason]
    if (words === undefined) return []
    return [{ ...base, status: 'warn', reason, words: `${reason}: ${words}${message}`, fix: look(device) }]
  })
}

/** A maintenance that is stuck or failed; its message is empty, the lists carry the names (k8s-formats §20.27). */
export function maintenanceTrouble(each: NodeMaintenanceFact): NicTrouble[] {
  const stage = each.stage
  if (stage === null || stage === 'Ready') return []
  const pods = [...each.waitForCompletion, ...each.waitForEviction]
  const failed = stage === 'FailedMaintenance' || stage === 'RequestorFailed'
  const waits = pods.length > 0 ? `, waits for ${pods.slice(0, 6).join(', ')}` : ''
  return [
    {
      node: each.node,
      subject: each.name,
      status: failed ? 'fail' : 'warn',
      reason: failed ? 'maintenance-failed' : 'maintenance',
      words: `maintenance asked by ${each.requestor ?? 'nobody named'} is at ${stage}${each.stageSince ? ` since ${each.stageSince}` : ''}${waits}`,
      fix: {
        text: 'Look at the maintenance and at the pods it waits for',
        command: sh`kubectl -n ${each.namespace} get nodemaintenance ${each.name} -o yaml`,
        risk: 'none',
      },
    },
  ]
}

const RESET: FixStep = {
  text: 'A warm reboot is not enough here: set FW_RESET_AFTER_CONFIG_UPDATE=true in spec.nicConfigurationOperator.env (release 26.1 or newer), or power cycle the node',
  command: 'kubectl edit nicclusterpolicy nic-cluster-policy',
  risk: 'power-cycle',
  minutes: 20,
  verify: 'the condition ConfigUpdateInProgress becomes False with reason UpdateSuccessful',
}

function look(device: NicDeviceFact): FixStep {
  return {
    text: 'Look at the conditions of the device and at the maintenance of its node',
    command: sh`kubectl -n ${device.namespace} describe nicdevice ${device.name}`,
    risk: 'none',
  }
}
