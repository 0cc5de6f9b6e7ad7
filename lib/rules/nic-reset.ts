import type { MstconfigDevice } from '@/collectors/node/mstconfig/facts'
import { deviceLabel } from '@/collectors/node/mstconfig/facts'
import { levelSupported, type MstfwresetFacts } from '@/collectors/node/mstfwreset/facts'
import type { FixStep } from '@/lib/check'
import { sh } from '@/lib/shell'

/** What makes a pending NIC configuration active; also the ids of the causes. Strongest first. */
export const RESET_MEANS = ['power-cycle-required', 'firmware-reset-required', 'reboot-pending'] as const
export type ResetMeans = (typeof RESET_MEANS)[number]

/** How a pending configuration of one adapter becomes active, and why so. */
export interface ResetAdvice {
  means: ResetMeans
  /** A clause: "DGXB200 keeps NIC power over a reboot (external BMC)". */
  because: string
}

export interface ResetEvidence {
  device: MstconfigDevice
  /** The card's answer to `mstfwreset q`, if it was asked. */
  reset?: MstfwresetFacts
  /** DMI product name. */
  product?: string | null
  /** The profile says that NIC power is held by an external BMC. */
  externalBmc?: boolean
  /** Boots since the change was first read pending. */
  bootsSince?: number
}

/** Documented: Mellanox/network-operator-docs, nic-fw-configuration "Platforms with external BMC" and platform-support. */
const EXTERNAL_BMC =
  /\b(?:DGX|HGX)[ _-]?(?:G?B[23]00)|\b[DH]GX\b.*\bG?B[23]00\b|\bG?B[23]00 NVL|\bVera Rubin\b|\bVR\d{3} NVL/i
/** Not named there one by one: likely, evidence decides (host-formats §2.2). DGX Spark and DGX Station are different. */
const LIKELY_EXTERNAL_BMC = /\b(?:DGX|HGX)[ _-]?H[12]00\b|\b[DH]GX\b.*\bH[12]00\b/i
const CX4_LX = /ConnectX-?4 ?LX/i

/** The decision of host-formats §2.3, in its order. What was not read makes the advice stronger, never weaker. */
export function adviseReset({ device, reset, product, externalBmc, bootsSince = 0 }: ResetEvidence): ResetAdvice {
  const level3 = levelSupported(reset, 3)
  const level4 = levelSupported(reset, 4)
  const firmware: ResetMeans = level3 === true ? 'firmware-reset-required' : 'power-cycle-required'
  if (device.bluefieldMode === 'dpu') {
    return {
      means: 'power-cycle-required',
      because: 'a BlueField in DPU mode does not restart with the host (host reboots loop)',
    }
  }
  if (
    device.bluefieldModeNext !== null &&
    device.bluefieldMode !== null &&
    device.bluefieldModeNext !== device.bluefieldMode
  ) {
    return {
      means: 'power-cycle-required',
      because: 'changing the BlueField mode needs a restart of its Arm side and of the host power',
    }
  }
  if (bootsSince > 0) {
    const times = bootsSince === 1 ? 'once' : `${bootsSince} times`
    return {
      means: firmware,
      because: `the node rebooted ${times} since and it is still pending, so a reboot does not restart the NIC here`,
    }
  }
  if (externalBmc === true || EXTERNAL_BMC.test(product ?? '')) {
    return {
      means: firmware,
      because: `${product ?? 'this platform'} keeps NIC power over a reboot (external BMC), so a warm reboot does not load it`,
    }
  }
  if (LIKELY_EXTERNAL_BMC.test(product ?? '')) {
    return {
      means: firmware,
      because: `${product} likely keeps NIC power over a reboot (external BMC), so a warm reboot is not enough`,
    }
  }
  if (CX4_LX.test(device.type ?? '')) {
    return { means: firmware, because: 'ConnectX-4 Lx does not restart its firmware at a warm reboot' }
  }
  if (level3 === true)
    return {
      means: 'reboot-pending',
      because: 'the adapter supports reset level 3, so a reset or an ordinary reboot restarts it',
    }
  if (level3 === false && level4 === true) {
    return {
      means: 'firmware-reset-required',
      because: 'the adapter supports reset level 4 only, which must be armed before the reboot',
    }
  }
  if (reset !== undefined)
    return { means: 'power-cycle-required', because: 'the adapter offers no reset level that loads it' }
  return {
    means: 'power-cycle-required',
    because:
      'only a power cycle is sure to load it: neither the platform nor the reset levels (mstfwreset q) are known',
  }
}

/** The stronger of two means. */
export function strongest(means: readonly ResetMeans[]): ResetMeans | undefined {
  return RESET_MEANS.find((each) => means.includes(each))
}

/** Steps that make the pending values active on these adapters; shown, never run. */
export function resetSteps(
  means: ResetMeans,
  devices: readonly { device: MstconfigDevice; reset?: MstfwresetFacts }[],
  node: string | null,
): FixStep[] {
  const drain: FixStep = {
    text: 'Drain the node: VFs vanish while the NIC restarts',
    command: sh`kubectl drain ${node ?? 'NODE'} --ignore-daemonsets --delete-emptydir-data`,
    risk: 'drain',
    minutes: 5,
  }
  const verify = devices[0]
    ? sh`mstconfig -d ${deviceLabel(devices[0].device)} -e q | grep -E ${'Configurations|NUM_OF_VFS|SRIOV_EN|LINK_TYPE'}`
    : undefined
  const shows = verify ? `${verify} shows the same value under Current and Next Boot` : undefined
  const resets = devices.flatMap(({ device, reset }) =>
    levelSupported(reset, 3) === false ? [] : [sh`mstfwreset -d ${deviceLabel(device)} -l 3 -y reset`],
  )
  const reset: FixStep = {
    text: 'Restart the NIC firmware, after the VFs of each PF are set to 0 (mstfwreset -d … q must show level 3 as Supported)',
    command: resets.join('\n'),
    risk: 'drain',
    minutes: 3,
    ...(shows ? { verify: shows } : {}),
  }
  const cycle: FixStep = {
    text: 'Power cycle the machine from its BMC (cold reboot: power is removed, not an OS restart)',
    command: 'ipmitool chassis power cycle',
    risk: 'power-cycle',
    minutes: 15,
    ...(shows ? { verify: shows } : {}),
  }
  const reboot: FixStep = {
    text: 'Or reboot the node',
    command: 'systemctl reboot',
    risk: 'reboot',
    minutes: 10,
    ...(shows ? { verify: shows } : {}),
  }
  const armed = devices.filter(
    ({ reset: answer }) => levelSupported(answer, 3) === false && levelSupported(answer, 4) === true,
  )
  if (means === 'power-cycle-required')
    return [
      drain,
      cycle,
      ...(resets.length > 0
        ? [{ ...reset, text: `Or, without a power cycle: ${reset.text.charAt(0).toLowerCase()}${reset.text.slice(1)}` }]
        : []),
    ]
  if (means === 'reboot-pending') return [drain, reset, reboot]
  if (armed.length > 0) {
    const commands = armed.map(({ device }) => sh`mstfwreset -d ${deviceLabel(device)} -l 4 -y reset`).join('\n')
    return [
      drain,
      {
        text: 'Arm a warm-reboot reset (level 4), then reboot',
        command: `${commands}\nsystemctl reboot`,
        risk: 'reboot',
        minutes: 12,
        ...(shows ? { verify: shows } : {}),
      },
      { ...cycle, text: `Or: ${cycle.text}` },
    ]
  }
  return [drain, reset, { ...cycle, text: `Or: ${cycle.text}` }]
}
