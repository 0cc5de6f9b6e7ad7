import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import infiniband from '../infiniband/collector'
import nicFirmware from '../mstconfig/collector'
import nicReset from '../mstfwreset/collector'
import sriov from './collector'

const root = mkdtempSync(join(tmpdir(), 'cairn-tree-'))
afterAll(() => rmSync(root, { recursive: true }))

function file(path: string, value: string) {
  const at = join(root, path)
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, `${value}\n`, { mode: path.startsWith('bin/') ? 0o755 : 0o644 })
}
function link(path: string, target: string) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  symlinkSync(target, join(root, path))
}

/** A small node: two PFs, the first with two VFs, one RDMA device each, and SoftRoCE. Firmware tools are stubs. */
beforeAll(() => {
  const bus = 'sys/bus/pci/devices'
  for (const [pci, device] of [
    ['0000:18:00.0', '0x1021'],
    ['0000:2a:00.0', '0x1021'],
    ['0000:18:00.1', '0x101e'],
    ['0000:18:00.2', '0x101e'],
    ['0000:01:00.0', '0x2330'],
  ] as const) {
    file(`${bus}/${pci}/vendor`, pci.startsWith('0000:01') ? '0x10de' : '0x15b3')
    file(`${bus}/${pci}/class`, pci.startsWith('0000:01') ? '0x030200' : '0x020700')
    file(`${bus}/${pci}/device`, device)
    link(`${bus}/${pci}/driver`, '../../../../bus/pci/drivers/mlx5_core')
  }
  mkdirSync(join(root, 'sys/bus/pci/drivers/mlx5_core'), { recursive: true })
  file(`${bus}/0000:18:00.0/sriov_totalvfs`, '16')
  file(`${bus}/0000:18:00.0/sriov_numvfs`, '2')
  file(`${bus}/0000:18:00.0/sriov_drivers_autoprobe`, '1')
  file(`${bus}/0000:18:00.0/numa_node`, '0')
  mkdirSync(join(root, `${bus}/0000:18:00.0/net/ibp24s0`), { recursive: true })
  mkdirSync(join(root, `${bus}/0000:18:00.1/infiniband/mlx5_8`), { recursive: true })
  for (const n of [0, 1]) {
    link(`${bus}/0000:18:00.0/virtfn${n}`, `../0000:18:00.${n + 1}`)
    link(`${bus}/0000:18:00.${n + 1}/physfn`, '../0000:18:00.0')
  }
  file(`${bus}/0000:18:00.0/sriov/0/node`, '02:00:00:00:00:18:00:00')
  file(`${bus}/0000:18:00.0/sriov/0/port`, '02:00:00:00:00:18:00:00')
  file(`${bus}/0000:18:00.0/sriov/0/policy`, 'Follow')
  const ib = 'sys/class/infiniband'
  for (const [name, pci] of [
    ['mlx5_0', '0000:18:00.0'],
    ['mlx5_8', '0000:18:00.1'],
    ['rxe0', null],
  ] as const) {
    file(`${ib}/${name}/node_guid`, 'a088:c203:00c1:1a04')
    file(`${ib}/${name}/ports/1/state`, '4: ACTIVE')
    file(`${ib}/${name}/ports/1/counters/link_downed`, '3')
    if (pci) link(`${ib}/${name}/device`, `../../../bus/pci/devices/${pci}`)
  }
  file(
    'bin/ip',
    '#!/bin/sh\necho \'[{"ifname":"ibp24s0","link_type":"infiniband","vfinfo_list":[{"vf":1,"node guid":"00:00:00:00:00:00:00:00","port guid":"00:00:00:00:00:00:00:00","link_state":"auto"}]}]\'',
  )
  file(
    'bin/mstconfig',
    '#!/bin/sh\n[ "$2" = 0000:2a:00.0 ] && { echo "-E- Failed to open the device"; exit 3; }\nprintf \'\\nDevice #1:\\n----------\\n\\nDevice type:  ConnectX7\\nName: X\\nDevice: %s\\n\\nConfigurations:   Default Current Next Boot\\n*  NUM_OF_VFS  16 16 8\\nThe \\047*\\047 shows parameters with next value different from default/current value.\\n\' "$2"',
  )
  file(
    'bin/mstfwreset',
    "#!/bin/sh\nprintf 'Reset-levels:\\n3: Driver restart and PCI reset   -Supported     (default)\\n\\nReset-types (relevant):\\n'",
  )
})

/** Runs a section as the probe does, with `sh`. */
function answer(script: string) {
  const text = execFileSync('sh', ['-c', `priv() { "$@"; }\n${script}`], {
    env: { ...process.env, R: root, PATH: `${root}/bin:${process.env.PATH}`, LC_ALL: 'C' },
    encoding: 'utf8',
  })
  return { text, stderr: '', exitCode: 0, cut: false }
}

test('sriov: PFs with VFs, GUIDs of OFED files and of ip link', () => {
  const facts = sriov.parse({ tree: answer(sriov.reads.tree.script), links: answer(sriov.reads.links.script) })
  expect(facts.complete).toBeUndefined()
  expect(facts.pfs).toMatchObject([
    {
      pci: '0000:18:00.0',
      netdev: 'ibp24s0',
      totalVfs: 16,
      numVfs: 2,
      autoprobe: true,
      driver: 'mlx5_core',
      deviceId: '1021',
      linkLayer: 'InfiniBand',
      numaNode: 0,
      capable: true,
    },
    { pci: '0000:2a:00.0', totalVfs: null, vfs: [], capable: false },
  ])
  expect(facts.pfs[0]?.vfs).toMatchObject([
    {
      index: 0,
      pci: '0000:18:00.1',
      driver: 'mlx5_core',
      rdma: 'mlx5_8',
      portGuid: '02:00:00:00:00:18:00:00',
      guidAssigned: true,
      policy: 'Follow',
    },
    { index: 1, pci: '0000:18:00.2', guidAssigned: false, linkState: 'auto' },
  ])
})

test('infiniband: PCI function, VF, software device; counters of PFs only', () => {
  const facts = infiniband.parse({ tree: answer(infiniband.reads.tree.script) })
  expect(facts.devices).toMatchObject([
    {
      name: 'mlx5_0',
      pci: '0000:18:00.0',
      vf: false,
      netdev: 'ibp24s0',
      ports: [{ port: 1, state: 'ACTIVE', counters: { link_downed: 3 } }],
    },
    { name: 'mlx5_8', pci: '0000:18:00.1', vf: true, ports: [{ counters: {} }] },
    { name: 'rxe0', pci: null, vf: null },
  ])
})

test('firmware tools: one section a card, a card that cannot be opened stays visible', () => {
  const facts = nicFirmware.parse({ query: answer(nicFirmware.reads.query.script) })
  expect(facts.devices).toMatchObject([{ pci: '0000:18:00.0', pending: ['NUM_OF_VFS'] }])
  expect(facts.unread).toEqual([{ pci: '0000:2a:00.0', error: 'Failed to open the device' }])
  expect(facts.complete).toBe(false)
  expect(nicReset.parse({ query: answer(nicReset.reads.query.script) }).devices).toMatchObject([
    { pci: '0000:18:00.0', defaultLevel: 3 },
    { pci: '0000:2a:00.0' },
  ])
})

test('an empty node has no function and no device', () => {
  const empty = { text: '', stderr: '', exitCode: 0, cut: false }
  expect(sriov.parse({ tree: empty, links: empty })).toEqual({ pfs: [] })
  expect(infiniband.parse({ tree: empty })).toEqual({ devices: [] })
  expect(nicFirmware.parse({ query: empty }).devices).toEqual([])
})
