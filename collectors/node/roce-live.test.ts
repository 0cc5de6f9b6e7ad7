import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import qos from './mlnx-qos/collector'
import ecn from './roce-ecn/collector'
import mtu, { activeMtuOf } from './roce-mtu/collector'
import gids from './show-gids/collector'

const root = mkdtempSync(join(tmpdir(), 'cairn-roce-'))
afterAll(() => rmSync(root, { recursive: true }))

function file(path: string, value: string) {
  const at = join(root, path)
  mkdirSync(dirname(at), { recursive: true })
  writeFileSync(at, `${value}\n`, { mode: path.startsWith('bin/') ? 0o755 : 0o644 })
}

/** An InfiniBand rail and a RoCE rail with network device eth2; an unused GID entry is empty, as sysfs reads it. */
beforeAll(() => {
  const ib = 'sys/class/infiniband'
  file(`${ib}/mlx5_0/ports/1/link_layer`, 'InfiniBand')
  file(`${ib}/mlx5_0/ports/1/gids/0`, 'fe80:0000:0000:0000:a088:c203:00c1:1a04')
  file(`${ib}/mlx5_0/device/net/ibp24s0/mtu`, '2044')
  file(`${ib}/mlx5_1/ports/1/link_layer`, 'Ethernet')
  file(`${ib}/mlx5_1/device/net/eth2/mtu`, '9000')
  const port = `${ib}/mlx5_1/ports/1`
  file(`${port}/gids/3`, '0000:0000:0000:0000:0000:ffff:0a1f:0402')
  file(`${port}/gid_attrs/types/3`, 'RoCE v2')
  file(`${port}/gid_attrs/ndevs/3`, 'eth2')
  file(`${port}/gids/4`, '0000:0000:0000:0000:0000:0000:0000:0000')
  for (const point of ['np', 'rp']) {
    file(`sys/class/net/eth2/ecn/roce_${point}/enable/2`, '0')
    file(`sys/class/net/eth2/ecn/roce_${point}/enable/3`, '1')
  }
  file('sys/class/net/eth2/ecn/roce_np/cnp_dscp', '48')
  file('bin/mlnx_qos', '#!/bin/sh\nprintf "DCBX mode: OS controlled\\nPriority trust state: pcp\\n"\necho "$*" >&2')
})

const run = (script: string, at = root) => ({
  text: execFileSync('/bin/sh', ['-c', script], {
    env: { ...process.env, R: at, PATH: `${root}/bin:/usr/bin:/bin` },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString(),
  stderr: '',
  exitCode: 0,
  cut: false,
})

test('a RoCE node: settings of its Ethernet rail only', () => {
  expect(qos.parse({ qos: run(qos.reads.qos.script) }).interfaces).toMatchObject([
    { netdev: 'eth2', dcbx: 'os', trust: 'pcp', pfcPriorities: null },
  ])
  expect(ecn.parse({ tree: run(ecn.reads.tree.script) }).interfaces).toEqual([
    { netdev: 'eth2', npPriorities: [3], rpPriorities: [3], cnpDscp: 48, cnpPriority: null },
  ])
  expect(mtu.parse({ tree: run(mtu.reads.tree.script) }).interfaces).toEqual([
    { device: 'mlx5_1', netdev: 'eth2', mtuBytes: 9000 },
  ])
  expect(gids.parse({ tree: run(gids.reads.tree.script) })).toEqual({
    gids: [
      {
        device: 'mlx5_1',
        port: 1,
        index: 3,
        gid: '0000:0000:0000:0000:0000:ffff:0a1f:0402',
        ipv4: '10.31.4.2',
        version: 'v2',
        netdev: 'eth2',
      },
    ],
  })
})

test('a node without RDMA prints nothing and is no error', () => {
  const empty = join(root, 'empty')
  expect(qos.parse({ qos: run(qos.reads.qos.script, empty) })).toEqual({ interfaces: [] })
  expect(ecn.parse({ tree: run(ecn.reads.tree.script, empty) })).toEqual({ interfaces: [] })
  expect(gids.parse({ tree: run(gids.reads.tree.script, empty) })).toEqual({ gids: [] })
})

test('headers count: 4096 bytes need more than an MTU of 4096', () => {
  expect([1500, 4096, 4200, 9000].map(activeMtuOf)).toEqual([1024, 2048, 4096, 4096])
})
