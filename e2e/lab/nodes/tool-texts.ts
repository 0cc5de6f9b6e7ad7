import type { RailSpec } from './spec'

/** Texts of firmware tools in the layout of their releases (host-formats §3, §4); numbers come from the node's data. */

/** NV parameters of a ConnectX-7 that a person would look at; the first value is default, the others as given. */
const PARAMS: readonly (readonly [name: string, value: string])[] = [
  ['MEMIC_SIZE_LIMIT', '_256KB(1)'],
  ['HOST_CHAINING_MODE', 'DISABLED(0)'],
  ['FLEX_PARSER_PROFILE_ENABLE', '0'],
  ['PF_NUM_OF_VF_VALID', 'False(0)'],
  ['NON_PREFETCHABLE_PF_BAR', 'False(0)'],
  ['VF_VPD_ENABLE', 'False(0)'],
  ['NUM_PF_MSIX_VALID', 'True(1)'],
  ['NUM_OF_PF', '1'],
  ['SRIOV_EN', 'True(1)'],
  ['PF_LOG_BAR_SIZE', '5'],
  ['NUM_PF_MSIX', '63'],
  ['NUM_VF_MSIX', '11'],
  ['UCTX_EN', 'True(1)'],
  ['PCI_ATOMIC_MODE', 'PCI_ATOMIC_DISABLED_EXT_ATOMIC_ENABLED(0)'],
  ['ROCE_CONTROL', 'ROCE_ENABLE(2)'],
  ['PCI_WR_ORDERING', 'per_mkey(0)'],
  ['KEEP_IB_LINK_UP_P1', 'False(0)'],
  ['ADVANCED_PCI_SETTINGS', 'False(0)'],
]

/** `mstconfig -d PCI -e q` as mstflint 4.31 to 4.35 prints it. */
export function mstconfigText(rail: RailSpec, index: number): string {
  const link = rail.linkLayer === 'Ethernet' ? 'ETH(2)' : 'IB(1)'
  const rows = [...PARAMS.map(([name, value]) => row(name, value, value, value)), row('LINK_TYPE_P1', link, link, link)]
  rows.splice(7, 0, row('NUM_OF_VFS', '16', String(rail.vfsNow), String(rail.vfsNext)))
  return [
    '',
    `Device #${index}:`,
    '----------',
    '',
    'Device type:        ConnectX7           ',
    'Name:               MCX750500B-0D00_DK_Ax',
    'Description:        Nvidia adapter card with four ConnectX-7; each up to 400Gb/s IB (default mode) or 400GbE; PCIe 5.0 x32; PCIe switch; Crypto Disabled; Secure Boot Enabled',
    `Device:             ${rail.pci}`,
    '',
    'Configurations:                                          Default             Current         Next Boot',
    ...rows,
    "The '*' shows parameters with next value different from default/current value.",
    '',
  ].join('\n')
}

/** `star`: next differs from default or from current. */
function row(name: string, byDefault: string, current: string, next: string): string {
  const star = next !== byDefault || next !== current ? '*' : ' '
  const cell = (value: string) => (value.length >= 20 ? `${value} ` : value.padEnd(21))
  return `${star}       ${name.padEnd(44)}${cell(byDefault)}${cell(current)}${next}`
}

/** `mstfwreset -d PCI q`: DGX modules offer no level 3 (release note 3629216). */
export function mstfwresetText(product: string): string {
  const level3 = product.startsWith('DGX') ? '-Not Supported ' : '-Supported     (default)'
  const level4 = product.startsWith('DGX') ? '-Supported     (default)' : '-Supported     '
  return [
    '',
    'The following query is relevant only for reset-type 0:',
    '',
    'Reset-levels:',
    '0: Driver, PCI link, network link will remain up ("live-Patch")  -Not Supported ',
    '1: Only ARM side will not remain up ("Immediate reset").         -Not Supported ',
    `3: Driver restart and PCI reset                                  ${level3}`,
    `4: Warm Reboot                                                   ${level4}`,
    '',
    'Reset-types (relevant only for reset-levels 1,3,4):',
    '0: Full chip reset                                               -Supported     (default)',
    '1: Phy-less reset (keep network port active during reset)        -Not Supported ',
    '',
    'Reset-reason:                                                    Warm reset    ',
    'Timestamp (number of clock cycles) since last cold reset:        318720034911  ',
    '',
  ].join('\n')
}

/** `mstflint -d PCI q`. */
export function mstflintText(rail: RailSpec): string {
  const guid = rail.guid.replaceAll(':', '')
  return [
    'Image type:            FS4',
    `FW Version:            ${rail.firmware}`,
    'FW Release Date:       27.2.2025',
    `Product Version:       ${rail.firmware}`,
    'Rom Info:              type=UEFI version=14.37.14 cpu=AMD64,AARCH64',
    '                       type=PXE version=3.7.500 cpu=AMD64',
    'Description:           UID                GuidsNumber',
    `Base GUID:             ${guid}        16`,
    `Base MAC:              ${guid.slice(0, 6)}${guid.slice(-6)}            16`,
    'Image VSD:             N/A',
    'Device VSD:            N/A',
    `PSID:                  ${rail.psid}`,
    'Security Attributes:   secure-fw',
    '',
  ].join('\n')
}
