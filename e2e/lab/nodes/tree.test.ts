import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import infiniband from '@/collectors/node/infiniband/collector'
import nicFirmware from '@/collectors/node/mstconfig/collector'
import sriov from '@/collectors/node/sriov/collector'
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
})
