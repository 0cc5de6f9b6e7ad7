import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import dmesg from '@/collectors/node/dmesg/collector'
import infiniband from '@/collectors/node/infiniband/collector'
import kernel from '@/collectors/node/kernel/collector'
import kubelet from '@/collectors/node/kubelet/collector'
import nicFirmware from '@/collectors/node/mstconfig/collector'
import gpus from '@/collectors/node/nvidia-smi-csv/collector'
import topology from '@/collectors/node/nvidia-smi-topo/collector'
import pci from '@/collectors/node/pci/collector'
import sriov from '@/collectors/node/sriov/collector'
import verbs from '@/collectors/node/verbs/collector'
import { childEnvironment } from '../ssh/server'
import { dgxB200 } from './spec'
import { writeTree } from './tree'

const root = mkdtempSync(join(tmpdir(), 'cairn-tree-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Runs a section's script with a real sh, as the probe does. */
function sh(script: string): { text: string; stderr: string; exitCode: number; cut: boolean } {
  const text = execFileSync('/bin/sh', ['-c', `R=$CAIRN_ROOT; priv() { sudo -n "$@"; }\n${script}`], {
    env: childEnvironment({ CAIRN_ROOT: root, PATH: `${root}/bin:/usr/bin:/bin` }),
    encoding: 'utf8',
  })
  return { text, stderr: '', exitCode: 0, cut: false }
}

describe('a lab node', () => {
  it('is read by the real section scripts: 8 rails, 64 VFs with GUIDs, firmware 16 now and 8 next', () => {
    writeTree(
      root,
      dgxB200({ name: 'dgx030', address: '127.77.0.30', number: 30, vfsNow: 16, vfsNext: 8, vfsCreated: 8 }),
    )
    const devices = infiniband.parse({ tree: sh(infiniband.reads.tree.script) }).devices
    expect(devices.filter((device) => device.vf === false)).toHaveLength(8)
    expect(devices.filter((device) => device.vf === true)).toHaveLength(64)
    expect(devices.map((device) => device.ports[0]?.pkey0)).toContain('0xffff')
    const { uverbs, umad, issm } = verbs.parse({ list: sh(verbs.reads.list.script) })
    expect([uverbs?.length, umad?.length, issm?.length]).toEqual([72, 72, 72])
    const { pfs } = sriov.parse({
      tree: sh(sriov.reads.tree.script),
      links: { text: '', stderr: '', exitCode: 0, cut: false },
    })
    expect(pfs.map((pf) => [pf.totalVfs, pf.numVfs, pf.vfs?.length])).toEqual(Array(8).fill([16, 8, 8]))
    expect(new Set(pfs.flatMap((pf) => (pf.vfs ?? []).map((vf) => vf.portGuid))).size).toBe(64)
    const firmware = nicFirmware.parse({ query: sh(nicFirmware.reads.query.script) })
    expect(firmware.devices).toHaveLength(8)
    expect(firmware.devices[0]?.pending).toEqual(['NUM_OF_VFS'])
  })
  it('answers the host collectors as a healthy DGX B200', () => {
    const functions = pci.parse({ tree: sh(pci.reads.tree.script), names: sh(pci.reads.names.script) }).devices
    expect(functions.filter((each) => each.role === 'pf' && each.link?.downgraded === false)).toHaveLength(8)
    expect(functions.filter((each) => each.role === 'gpu' && each.driver === 'nvidia')).toHaveLength(8)
    expect(kernel.parse({ files: sh(kernel.reads.files.script) })).toMatchObject({
      cmdline: { iommuEffective: 'pt' },
      iommu: { groups: 12, types: { identity: 12 }, units: 1 },
      lockdown: 'none',
      secureBoot: false,
      ofed: true,
      peermem: 'nvidia_peermem',
      nvidia: { open: true },
      memlock: { runtime: 'containerd', bytes: null },
      mlx5: { file: { flavour: 'ofed', vermagicKernel: '6.8.0-1030-nvidia' } },
    })
    const log = dmesg.parse({ log: sh(dmesg.reads.log.script) })
    expect(log).toMatchObject({ fromBoot: true, findings: [], iommu: { defaultDomain: 'Passthrough' } })
    const state = gpus.parse({ query: sh(gpus.reads.query.script), memory: sh(gpus.reads.memory.script) })
    expect(state.gpus.filter((each) => each.bar1Mib === 262144 && each.error === null)).toHaveLength(8)
    const paths = topology.parse({ matrix: sh(topology.reads.matrix.script) })
    expect(paths.gpus.map((each) => each.nearestNics?.length)).toEqual(Array(8).fill(1))
    expect(kubelet.parse({ file: sh(kubelet.reads.file.script) }).topologyManagerPolicy).toBe('best-effort')
  })
})
