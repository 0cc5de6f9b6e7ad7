import { expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import devlink from './devlink/format'
import ethtool from './ethtool/format'
import ibstat from './ibstat/format'
import ipLink from './ip-link/format'
import qos from './mlnx-qos/format'
import mlxlink from './mlxlink/format'
import mstStatus from './mst-status/format'
import { isMstconfigFacts } from './mstconfig/facts'
import mstconfig from './mstconfig/format'
import flint from './mstflint/format'
import fwreset from './mstfwreset/format'
import rdma from './rdma/format'
import sysfs from './sysfs/format'

const at = (width: number, text: string) =>
  text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
    .join('\n')

/** mstconfig of mstflint 4.36 (mlxcfg_ui.cpp: names in 48, values in 33 columns) of a ConnectX-8. */
const row = (star: string, name: string, ...values: string[]) =>
  `${star}      ${name.padEnd(48)}${values.map((value) => value.padEnd(33)).join('')}\n`
const CX8 = `
Device #1:
----------

Device type:        ConnectX8           
Name:               900-9X81E-00EX-ST0_Ax
Description:        NVIDIA ConnectX-8 C8180 HHHL SuperNIC; 800Gbs XDR IB (default mode) / 2x400GbE; PCIe 6 x16
Device:             0000:18:00.0        

${'Configurations:'.padEnd(56)}${'Default'.padEnd(34)}${'Current'.padEnd(34)}Next Boot
${row(' ', 'MODULE_SPLIT_M0', 'Array[0..15]', 'Array[0..15]', 'Array[0..15]')}${row(' ', 'PF_NUM_OF_VF_VALID', 'False(0)', 'False(0)', 'False(0)')}${row('*', 'NUM_OF_VFS', '16', '16', '8')}${row(' ', 'EXP_ROM_UEFI_x86_ENABLE', 'False(0)', 'False(0)', 'False(0)')}${row(' ', 'SRIOV_EN', 'True(1)', 'True(1)', 'True(1)')}${row('*', 'LINK_TYPE_P1', 'IB(1)', 'IB(1)', 'ETH(2)')}The '*' shows parameters with next value different from default/current value.
`
const mst = (text: string) => {
  const { facts } = mstconfig.parse(toCapture(text))
  if (!isMstconfigFacts(facts)) throw new Error('nothing was read')
  return facts
}

test.each([72, 80, 100, 120, 132])('mstconfig 4.36 in a terminal of %i columns', (width) => {
  const { description: _, ...whole } = { description: null, ...mst(CX8).devices[0] }
  expect(mst(at(width, CX8)).devices[0]).toEqual(whole)
  expect(whole).toMatchObject({ pending: ['NUM_OF_VFS', 'LINK_TYPE_P1'], effectiveVfs: 16 })
})

test('mstconfig: without the Next Boot column nothing is known to be pending', () => {
  const lost = CX8.replace(' Next Boot', '').replace(
    /(\S) +(?:8|ETH\(2\)|False\(0\)|True\(1\)|Array\[0\.\.15\]) +$/gm,
    '$1',
  )
  expect(mst(lost).devices[0]).toMatchObject({ columns: ['default', 'current'], pending: null })
})

test('mstconfig: a table that stops before its footer is not a table without pending rows', () => {
  const until = CX8.indexOf('*      LINK')
  const calm = CX8.slice(0, until).replace(/(NUM_OF_VFS.*16 +)8 +$/m, (_, before: string) => `${before}16`)
  expect(mst(calm).devices[0]).toMatchObject({ pending: null })
  expect(mst(CX8.slice(0, until)).devices[0]).toMatchObject({ pending: ['NUM_OF_VFS'] })
  // The same row pasted twice takes nothing away.
  expect(mst(CX8.replace(/^.*SRIOV_EN.*\n/m, '$&$&')).devices).toEqual(mst(CX8).devices)
})

test('mstconfig: JSON of a device that could not be opened is not whole; an unknown parameter is none of this firmware', () => {
  const json =
    '{"Device #1":{"device":"0000:18:00.0","error":"Failed to open the device"},"Device #2":{"device":"0000:29:00.0","tlv_configuration":{"NUM_OF_VFS":{"next_value":8,"current_value":8,"read_only":false}}}}\n'
  expect(mst(json)).toMatchObject({ complete: false, devices: [{ pending: null }, { pending: [] }] })
  expect(mstconfig.parse(toCapture("-E- The Device doesn't support FOO parameter\n"))).toMatchObject({
    status: 'absent',
    reason: { code: 'other' },
    facts: {},
  })
})

test('mstfwreset: the default of a row stands on the next line; an aborted reset was not refused', () => {
  const text =
    'Reset-levels:\n3: Driver restart and PCI reset                                  -Supported     \n(default)\n4: Warm Reboot                                                   -Supported\n'
  expect(fwreset.parse(toCapture(text)).facts).toMatchObject({ defaultLevel: 3, levels: [{ id: 3 }, { id: 4 }] })
  const aborted =
    '\nThe reset level for device, 0000:18:00.0 is:\n\n3: Driver restart and PCI reset\nContinue with reset?[y/N] n\n-I- Aborted\n'
  expect(fwreset.parse(toCapture(aborted)).facts).toMatchObject({ done: false, refusedBy: null })
})

test('ibstat: the rest of a wrapped word is no state and no version', () => {
  const port = (physical: string, firmware: string) =>
    `CA 'mlx5_0'\n\tNumber of ports: 1\n\tFirmware version: ${firmware}\n\tPort 1:\n\t\tState: Active\n\t\tPhysical state: ${physical}\n\t\tLink layer: InfiniBand\n`
  const read = (text: string) => ibstat.parse(toCapture(text)).facts
  expect(read(port('Li\nnkUp', '4\n0.45.1200'))).toMatchObject({
    devices: [{ firmware: null, ports: [{ state: 'Active', physicalState: null }] }],
  })
  expect(read(port('LinkUp', '40.45.1200'))).toMatchObject({
    devices: [{ firmware: '40.45.1200', ports: [{ physicalState: 'LinkUp' }] }],
  })
  const unmanaged =
    "Switch 'qm9700'\n\tSwitch type: MQM9700\n\tNumber of ports: 0\n\tPort 0:\n\t\tState: Active\n\t\tPhysical state: LinkUp\n\t\tLink layer: InfiniBand\n"
  expect(read(unmanaged)).not.toHaveProperty('complete')
})

test('rdma: an empty firmware is none; wrapped links and one-line JSON are whole again', () => {
  const read = (text: string) => rdma.parse(toCapture(text)).facts
  const dev =
    '2: siw0: node_type rnic protocol iw fw  node_guid 0250:56ff:fe8d:0001 sys_image_guid 0250:56ff:fe8d:0001 \n'
  expect(read(dev)).toMatchObject({ devices: [{ name: 'siw0', protocol: 'iw', firmware: null }] })
  const link =
    'link mlx5_0/1 subnet_prefix fe80:0000:0000:0000 lid 418 sm_lid 1 lmc 0 state ACTIVE physical_state LINK_UP \nlink mlx5_1/1 state DOWN physical_state DISABLED netdev eth2 \n'
  for (const width of [60, 80, 100]) expect(read(at(width, link))).toEqual(read(link))
  expect(read('link mlx5_0/1 lid 4 state ACTIV physical_state LIN \n')).toMatchObject({
    links: [{ state: null, physicalState: null }],
  })
  const json =
    '[{"ifindex":0,"ifname":"mlx5_0","port":1,"lid":418,"sm_lid":1,"lmc":0,"state":"ACTIVE","physical_state":"LINK_UP"},{"ifindex":1,"ifname":"mlx5_1","port":1,"state":"DOWN","physical_state":"DISABLED"}]\n'
  expect(read(at(40, json))).toEqual(read(json))
})

test('devlink: a device on another bus keeps its versions to itself', () => {
  const text =
    'pci/0000:18:00.0:\n  driver mlx5_core\n  versions:\n      running:\n        fw.version 28.43.2026\nauxiliary/mlx5_core.sf.2:\n  driver mlx5_core.sf\n  versions:\n      stored:\n        fw.version 28.44.1000\n'
  expect(devlink.parse(toCapture(text)).facts).toEqual({
    devices: [expect.objectContaining({ runningFirmware: '28.43.2026', storedFirmware: null, firmwarePending: null })],
  })
})

test('mlxlink: a port without counters does not get those of the next one', () => {
  const down = 'Operational Info\n----------------\nState : Polling\nPhysical state : Polling\nSpeed : N/A\n'
  const up =
    'Operational Info\n----------------\nState : Active\nPhysical state : LinkUp\nSpeed : IB-XDR\nWidth : 4x\nSymbol Errors : 7\n'
  expect(mlxlink.parse(toCapture(down + up)).facts).toMatchObject({
    state: 'Polling',
    speed: null,
    symbolErrors: null,
    complete: false,
  })
  expect(mlxlink.parse(toCapture(up)).facts).toMatchObject({ rateGbps: 800, symbolErrors: 7 })
})

test('mlxfwmanager: MAC before GUID is one device; an archive has images and no device', () => {
  const device =
    'Device #1:\n----------\n\n  Device Type:      BlueField3\n  Part Number:      900-9D3B6-00CV-A_Ax\n  PSID:             MT_0000000884\n  PCI Device Name:  0000:29:00.0\n  Base MAC:         5c2573aabb00\n  Base GUID:        5c25730300aabb00\n  Versions:         Current        Available     \n     FW             32.43.2024     N/A           \n     FW (Running)   32.42.1000     N/A           \n\n  Status:           No matching image found\n\n'
  expect(flint.parse(toCapture(device)).facts).toMatchObject({
    devices: [
      { pci: '0000:29:00.0', firmware: '32.43.2024', runningFirmware: '32.42.1000', baseGuid: '5c25730300aabb00' },
    ],
  })
  expect(flint.parse(toCapture(device)).facts.devices).toHaveLength(1)
  const archive =
    'PSID #1:\n  PSID:             MT_0000000838\n  Versions:         Available     \n     FW             28.43.2026    \n'
  expect(flint.parse(toCapture(archive)).facts).toMatchObject({
    devices: [{ psid: 'MT_0000000838', firmware: null, availableFirmware: '28.43.2026' }],
  })
  const query =
    'Image type:            FS5\nFW Version:            40.45.1200\nFW Release Date:       30.4.2025\nPart Number:           900-9X81E-00EX-ST0_Ax\n'
  expect(flint.parse(toCapture(query)).facts).toMatchObject({ devices: [{ partNumber: '900-9X81E-00EX-ST0_Ax' }] })
})

test('mst status: two names in one cell, wrapped rows, no root', () => {
  const text =
    'PCI devices:\n------------\nDEVICE_TYPE             MST                           PCI          RDMA            NET                                     NUMA  VFIO\nConnectX8(rev:0)        /dev/mst/mt4131_pciconf0      0009:03:00.0 mlx5_0,smi0     net-ibP9s3                              0     NA   \nConnectX7(rev:0)        NA                            18:00.2      mlx5_5          net-ibp24s0v1                           1     vfio-0\n'
  const whole = mstStatus.parse(toCapture(text)).facts
  expect(whole).toMatchObject({
    devices: [
      { pci: '0009:03:00.0', rdma: 'mlx5_0', net: 'ibP9s3', numaNode: 0 },
      { pci: '0000:18:00.2', rdma: 'mlx5_5', net: 'ibp24s0v1', numaNode: 1 },
    ],
  })
  expect(mstStatus.parse(toCapture(at(88, text))).facts).toEqual(whole)
  expect(mstStatus.parse(toCapture('-E- You must be root to use mst tool\n'))).toMatchObject({ status: 'denied' })
})

test('ip link: indentation lost, or one interface a line: VFs are not "none"', () => {
  const text =
    '7: ibp24s0: <BROADCAST,UP> mtu 4092\n    link/infiniband 00:00:10:49 brd 00:ff\n    vf 0     link/infiniband 00 brd 00, NODE_GUID 11:22:33:44:77:66:77:90, PORT_GUID 11:22:33:44:77:66:77:91, link-state auto\n'
  const whole = ipLink.parse(toCapture(text)).facts
  expect(whole).toMatchObject({ pfs: [{ netdev: 'ibp24s0', vfs: [{ nodeGuid: '11:22:33:44:77:66:77:90' }] }] })
  expect(ipLink.parse(toCapture(text.replace(/^ +/gm, ''))).facts).toEqual(whole)
  expect(ipLink.parse(toCapture(`${text.trimEnd().replaceAll('\n', '\\')}\n`)).facts).toEqual(whole)
})

test('sysfs: titles of head and tail; a cut listing passes nothing', () => {
  const titled =
    '==> /sys/class/infiniband/mlx5_0/ports/1/state <==\n4: ACTIVE\n\n==> /sys/class/infiniband/mlx5_0/ports/1/rate <==\n800 Gb/sec (4X XDR)\n\n==> /sys/class/infiniband/mlx5_0/uevent <==\nA=1\nB=2\n'
  expect(sysfs.parse(toCapture(titled)).facts).toMatchObject({
    devices: [{ ports: [{ state: 'ACTIVE', rateGbps: 800, speed: 'XDR' }] }],
  })
  expect(sysfs.recognise(toCapture(titled))).toBeGreaterThanOrEqual(60)
  const guids =
    '/sys/class/infiniband/mlx5_0/device/sriov/0/node:11:22:33:44:77:66:77:91\n/sys/class/infiniband/mlx5_0/device/sriov/1/no'
  const { facts } = sysfs.parse(toCapture(guids))
  expect(facts).toMatchObject({ complete: false })
  expect(sysfs.provides?.(facts as never)).toMatchObject({ sriov: { complete: false } })
})

test('ethtool, mlnx_qos: the second interface adds nothing to the first; a row twice counts once', () => {
  const stats = (value: number) => `NIC statistics:\n     rx_prio3_pause: ${value}\n     rx_discards_phy: ${value}\n`
  expect(ethtool.parse(toCapture(stats(0) + stats(5))).facts).toEqual({
    counters: { rx_prio3_pause: 0, rx_discards_phy: 0 },
    pausePriorities: [],
    complete: false,
  })
  const tc = 'DCBX mode: OS controlled\ntc: 0 ratelimit: unlimited, tsa: vendor\n\t priority:  1\n\t priority:  1\n'
  expect(qos.parse(toCapture(tc)).facts).toMatchObject({ trafficClasses: [{ priorities: [1] }] })
})
