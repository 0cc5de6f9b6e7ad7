import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { collectors } from '@/collectors/index.gen'
import { createKubeTransport } from '@/collectors/transport/kube/transport'
import type { KubeTransport } from '@/collectors/transport/kube/types'
import { createSshTransport } from '@/collectors/transport/ssh/transport'
import type { NodeTransport } from '@/collectors/transport/types'
import { loadConfig } from '@/lib/agent/config'
import { Observer } from '@/lib/agent/observer/observer'
import { openStore, type Store } from '@/lib/agent/store/open'
import { causes } from '@/lib/causes/index.gen'
import { checks } from '@/lib/checks/index.gen'
import { profiles } from '@/lib/profiles/index.gen'
import { redact } from '@/lib/redact'
import type { NodeReport } from '@/lib/report'
import { type Lab, startLab } from './lab/lab'
import { seedScenario } from './lab/scenario/seed'

/** The whole pipeline over real protocols: HTTP, SSH, the real probe in a real sh, the store; one headline per stage and node. */
const folder = mkdtempSync(join(tmpdir(), 'cairn-seed-'))
let lab: Lab
let kube: KubeTransport
let ssh: NodeTransport
let store: Store
let observer: Observer
const errors: unknown[] = []

beforeAll(async () => {
  lab = await startLab({ scenario: seedScenario(), folder })
  const config = loadConfig(lab.configPath, {})
  kube = await createKubeTransport({ kind: 'kubeconfig', path: join(folder, 'kubeconfig') })
  ssh = createSshTransport({
    keyFiles: [join(folder, 'id_ed25519')],
    knownHostsFiles: [join(folder, 'known_hosts')],
    hostKeyPolicy: 'strict',
  })
  const clock = { now: () => new Date() }
  store = openStore(join(folder, 'store', 'cairn.db'), clock)
  observer = new Observer({
    config,
    registry: { collectors, checks, causes },
    profiles,
    kube,
    kubeProblem: null,
    ssh,
    sshProblem: null,
    store,
    redact,
    clock,
    onError: (error) => errors.push(error),
    onChange: () => undefined,
    running: () => [],
    proof: () => null,
  })
  await observer.start()
}, 30_000)

afterAll(async () => {
  await observer.stop()
  await Promise.all([kube.close(), ssh.close(), lab.close()])
  await store.close()
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

/** Waits until a report of dgx030 satisfies a condition; shows what it is when it never does. */
async function until(wanted: (report: NodeReport) => boolean, seconds = 30): Promise<NodeReport> {
  for (let left = seconds * 4; left > 0; left -= 1) {
    const report = observer.recorder.report('dgx030')
    if (report && wanted(report)) return report
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  return observer.recorder.report('dgx030') ?? expect.fail('dgx030 was never judged')
}

/** Repairs the next thing and has the nodes read again: not before a sweep under way has ended, which may have read them already. */
async function repaired(): Promise<void> {
  await vi.waitUntil(() => observer.sweeper?.current()?.finishedAt !== null, { timeout: 30_000, interval: 50 })
  lab.repair()
  observer.sweeper?.sweepAll(null)
}

describe('the seed incident', { timeout: 60_000 }, () => {
  it('stage 1: the operator cannot write the firmware', async () => {
    const report = await until((each) => each.causes[0]?.id === 'firmware-tool-blocked-in-operator')
    expect(report.causes[0]?.id).toBe('firmware-tool-blocked-in-operator')
  })

  it('stage 2: values wait for a power cycle', async () => {
    await repaired()
    const report = await until((each) => each.causes[0]?.id === 'power-cycle-required')
    expect(report.firstBroken).toBe('drivers')
    expect(report.causes[0]?.id).toBe('power-cycle-required')
  })

  it('stage 3: the RDMA plug-in is missing, and only because a pod needs it', async () => {
    await repaired()
    const report = await until((each) => each.causes[0]?.id === 'rdma-plugin-not-deployed')
    expect(report.causes[0]?.id).toBe('rdma-plugin-not-deployed')
  })

  it('stage 4: nv-ipam image and Multus, side by side', async () => {
    await repaired()
    const report = await until(
      (each) =>
        each.causes.some((cause) => cause.id === 'ipam-image-name') &&
        each.causes.some((cause) => cause.id === 'secondary-network-not-deployed'),
    )
    expect(report.causes.map((cause) => cause.id)).toEqual(
      expect.arrayContaining(['ipam-image-name', 'secondary-network-not-deployed']),
    )
  })

  it('healed: green up to network resources, not proved by a run', async () => {
    await repaired()
    const report = await until((each) => each.state === 'pass')
    expect(errors).toEqual([])
    expect(report.headline).toBe('OK up to Network resources; not proved by a run')
  })
})
