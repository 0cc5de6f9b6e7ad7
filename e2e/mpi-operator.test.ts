import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAgent } from '@/lib/contract/socket-client'
import { findAssets } from './lab/kube/control-plane'
import { type BenchmarkSpec, footerLines, headerLines, rowLines } from './lab/kubelet/benchmark-log'
import { appendCri } from './real-cluster'
import { isOver, RealWorld, worldMissing } from './real-world'

/**
 * Runs as MPIJobs with the real MPI Operator on a real control plane. By hand where the operator was built
 * (`go build ./cmd/mpi-operator` of kubeflow/mpi-operator): MPI_OPERATOR names the program, else it lies with the other binaries.
 */
function operatorProgram(): { path: string } | { missing: string } {
  const named = process.env.MPI_OPERATOR
  if (named) return existsSync(named) ? { path: named } : { missing: `${named} (MPI_OPERATOR) is not there` }
  const assets = findAssets()
  const path = 'folder' in assets ? join(assets.folder, 'mpi-operator') : ''
  return existsSync(path) ? { path } : { missing: 'no mpi-operator program; set MPI_OPERATOR to one' }
}

const operator = operatorProgram()
const missing = worldMissing() ?? ('missing' in operator ? operator.missing : null)
if (missing !== null) console.log(`skipped: MPI Operator: ${missing}`)

const world = new RealWorld()
let running: ChildProcess | null = null

/** What Cairn must see of the operator: its Deployment, available; the program itself runs on this machine. */
function deployment(): object {
  const labels = { app: 'mpi-operator' }
  const container = { name: 'mpi-operator', image: 'mpioperator/mpi-operator:0.6.0' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'mpi-operator', namespace: 'mpi-operator', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  }
}

describe.skipIf(missing !== null)('a run as an MPIJob, with the real MPI Operator', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    await world.start()
    await world.cluster.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mpi-operator' } },
      deployment(),
    ])
    if ('path' in operator) {
      const args = [
        '--kubeConfig',
        join(world.cluster.folder, 'kubeconfig'),
        '--lock-namespace',
        'mpi-operator',
        '--monitoring-port',
        '0',
      ]
      running = spawn(operator.path, args, {
        env: { ...process.env, KUBECONFIG: join(world.cluster.folder, 'kubeconfig') },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const log = createWriteStream(join(world.folder, 'operator.log'))
      running.stdout?.pipe(log)
      running.stderr?.pipe(log)
    }
  }, 150_000)

  afterAll(async () => {
    running?.kill('SIGKILL')
    await world.stop()
  }, 60_000)

  it('launched, followed on the launcher, judged, and everything of it gone, also what the operator made', async () => {
    const { id } = await world.started({ launcher: 'mpijob', algorithm: 'ring' })
    const workers = await world.until('workers', async () => {
      const pods = await world.podsOf(id)
      return pods.filter((name) => name.includes('worker')).length === 2 ? pods : null
    })
    expect(workers).toContain(`cairn-${id}-worker-0`)
    const launcher = await world.until('the launcher', async () => {
      const [name] = (await world.podsOf(id)).filter((each) => each.includes('launcher'))
      return name ?? null
    })
    const [file = ''] = await world.serveLogs([launcher])
    const spec: BenchmarkSpec = {
      hosts: [`cairn-${id}-worker-0`, `cairn-${id}-worker-1`],
      gpusPerNode: 8,
      hcas: [20, 28, 36, 44, 52, 60, 68, 76].map((number) => `mlx5_${number}`),
      beginBytes: 1024 * 1024,
      endBytes: 8 * 1024 ** 3,
      iterations: 20,
      plateauGBps: 380,
      socket: false,
    }
    appendCri(file, [...headerLines(spec), ...rowLines(spec)])
    const half = await world.runWhen('rows', id, (run) => run.rows.length >= 14)
    expect([half.state, half.launcher]).toEqual(['running', 'mpijob'])
    await world.killAgent('SIGKILL')
    appendCri(file, footerLines(spec))
    world.startAgent()
    const done = await world.runWhen('the end', id, isOver, 90)
    expect([done.state, done.rows.length], done.sentence ?? '').toEqual(['succeeded', 14])
    expect(done.cleanup).toContain('MPIJob')
    expect(await world.leftovers('mpijobs,jobs,pods,services,configmaps,secrets')).toBe('')
  })

  it('cancelled while it runs: the operator’s own objects go with it', async () => {
    const { id } = await world.started({ launcher: 'mpijob' })
    await world.until('workers', async () => ((await world.podsOf(id)).length >= 2 ? true : null))
    await callAgent(world.client(), 'cancelRun', { params: { id } })
    const done = await world.runWhen('the end', id, isOver, 60)
    expect(done.state).toBe('cancelled')
    expect(await world.leftovers('mpijobs,jobs,pods,services,configmaps,secrets')).toBe('')
  })

  it('the runner wrote MPIJobs and ConfigMaps, nothing else', () => {
    const writes = world.cluster
      .audit('system:serviceaccount:cairn:')
      .filter(({ verb, resource }) => !['get', 'list', 'watch'].includes(verb) && !resource.startsWith('selfsubject'))
    expect(new Set(writes.map((write) => write.resource))).toEqual(new Set(['mpijobs', 'configmaps']))
    expect(new Set(writes.map((write) => write.verb))).toEqual(new Set(['create', 'delete']))
  })
})
