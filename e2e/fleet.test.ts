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
import { type Lab, startLab } from './lab/lab'
import { fleetScenario } from './lab/scenario/fleet'
import { type FleetFault, fleetFaults } from './lab/scenario/fleet-rule'

/** The rule-made fleet end to end: HTTP, SSH, the probe's real answers replayed; each node's state and cause is what the rule says. */
const NODES = 40
const folder = mkdtempSync(join(tmpdir(), 'cairn-fleet-'))
const faults = fleetFaults(NODES)
let lab: Lab
let kube: KubeTransport
let ssh: NodeTransport
let store: Store
let observer: Observer
const errors: unknown[] = []

/** State, first broken level and first cause for each kind of node. */
const EXPECTED: Readonly<Record<FleetFault | 'healthy', string>> = {
  healthy: 'pass null none',
  'firmware-pending': 'fail drivers power-cycle-required~current=16~next=8~parameter=NUM_OF_VFS',
  'rail-down': 'fail links cable-or-leaf-fault~kind=port-polling~leaf=true',
  'missing-vfs': 'fail vfs none',
  off: 'fail operators node-unreachable',
  'not-ready': 'fail operators none',
}

beforeAll(async () => {
  lab = await startLab({ scenario: fleetScenario(NODES), folder })
  kube = await createKubeTransport({ kind: 'kubeconfig', path: join(folder, 'kubeconfig') })
  ssh = createSshTransport({
    keyFiles: [join(folder, 'id_ed25519')],
    knownHostsFiles: [join(folder, 'known_hosts')],
    hostKeyPolicy: 'strict',
  })
  const clock = { now: () => new Date() }
  store = openStore(join(folder, 'store', 'cairn.db'), clock)
  observer = new Observer({
    config: loadConfig(lab.configPath, {}),
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
}, 60_000)

afterAll(async () => {
  await observer.stop()
  await Promise.all([kube.close(), ssh.close(), lab.close()])
  await store.close()
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

/** How many nodes have each fault with each verdict. */
function seen(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let number = 1; number <= NODES; number += 1) {
    const report = observer.recorder.report(`dgx${String(number).padStart(4, '0')}`)
    const verdict = `${report?.state} ${report?.firstBroken} ${report?.causes[0]?.signature ?? 'none'}`
    const key = `${faults.get(number) ?? 'healthy'}: ${verdict}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

function expected(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let number = 1; number <= NODES; number += 1) {
    const fault = faults.get(number) ?? 'healthy'
    const key = `${fault}: ${EXPECTED[fault]}`
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

describe('the rule-made fleet', { timeout: 150_000 }, () => {
  it('is judged node by node as the rule says', async () => {
    expect(new Set(faults.values()).size).toBe(5)
    for (let left = 240; left > 0 && JSON.stringify(seen()) !== JSON.stringify(expected()); left -= 1)
      await new Promise((resolve) => setTimeout(resolve, 250))
    expect(seen()).toEqual(expected())
    expect(errors).toEqual([])
    // What Kubernetes alone shows may be judged before SSH has come by.
    await vi.waitUntil(() => observer.sweeper?.current()?.finishedAt !== null, { timeout: 60_000, interval: 50 })
  })

  it('gives each machine its own identity and its own GUIDs', () => {
    const hosts = new Set<string>()
    for (let number = 1; number <= NODES; number += 1) {
      const name = `dgx${String(number).padStart(4, '0')}`
      const fact = observer.model.nodeFact(name, 'host')
      if (fact?.status === 'ok') hosts.add(JSON.stringify(fact.value).replace(/"(?:bootedAt|now)":"[^"]*"/g, ''))
    }
    const off = [...faults.values()].filter((fault) => fault === 'off').length
    expect(hosts.size).toBe(NODES - off)
    expect(
      observer.recorder
        .all()
        .flatMap((report) => report.checks)
        .filter((check) => check.id === 'duplicate-vf-guid' && check.state === 'fail'),
    ).toEqual([])
  })

  it('runs the real probe once per tree and lane, however many machines answer', () => {
    const trees = new Set([...faults.values(), 'healthy'].filter((fault) => fault !== 'off' && fault !== 'not-ready'))
    expect(lab.ssh.recordings()).toBe(2 * trees.size)
    expect(lab.ssh.runs()).toBeGreaterThan(NODES)
  })
})
