import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { RdmaTest } from '@/lib/contract/runs'

/** The pods' program: real processes that speak over loopback, with stand-ins for the tools. */

const folder = mkdtempSync(join(tmpdir(), 'cairn-rdma-'))
const bin = join(folder, 'bin')
mkdirSync(bin)
for (const tool of ['ib_write_bw', 'ib_write_lat', 'rping', 'nvidia-smi']) {
  copyFileSync('lib/runs/program/fixtures/shim.py', join(bin, tool))
  chmodSync(join(bin, tool), 0o755)
}
const alive = new Set<ChildProcess>()
afterAll(() => {
  for (const child of alive) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const RAILS = ['nvidia.com/resibp24s0', 'nvidia.com/resibp64s0']
/** VF, its PF below a switch, and a GPU below the same switch; of the second rail the GPU is elsewhere. */
const SWITCHES = ['pci0000:15/0000:15:01.0/0000:16:00.0', 'pci0000:37/0000:37:01.0/0000:38:00.0']
const GPUS = ['0000:1b:00.0', '0000:9d:00.0']

interface Tree {
  /** HCAs with their VF, by rail. */
  hcas?: number
  link?: string
}

/** /sys of a pod: one VF a rail. */
function tree(name: string, { hcas = 2, link = 'InfiniBand' }: Tree): string {
  const root = join(folder, name)
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const linkTo = (path: string, target: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    if (!existsSync(join(root, path))) symlinkSync(join(root, target), join(root, path))
  }
  for (let rail = 0; rail < hcas; rail += 1) {
    const above = `sys/devices/${SWITCHES[rail]}`
    const [pf, vf] = [
      `${above}/0000:${rail}7:00.0/0000:${rail}8:00.0`,
      `${above}/0000:${rail}7:00.0/0000:${rail}8:00.2`,
    ]
    put(`${pf}/vendor`, '0x15b3\n')
    const device = `mlx5_${rail + 6}`
    const port = `${vf}/infiniband/${device}/ports/1`
    put(`${port}/state`, '4: ACTIVE\n')
    put(`${port}/rate`, '400 Gb/sec (4X NDR)\n')
    put(`${port}/link_layer`, `${link}\n`)
    put(`${port}/gids/3`, '0000:0000:0000:0000:0000:ffff:c0a8:0102\n')
    put(`${port}/gid_attrs/types/3`, 'RoCE v2\n')
    put(`${vf}/net/lo/mtu`, '4092\n')
    put(`${vf}/infiniband_verbs/uverbs${rail}/dev`, '231:192\n')
    put(`dev/infiniband/uverbs${rail}`, '')
    linkTo(`${vf}/infiniband/${device}/device`, vf)
    linkTo(`${vf}/physfn`, pf)
    linkTo(`sys/class/infiniband/${device}`, `${vf}/infiniband/${device}`)
    linkTo(`sys/bus/pci/devices/0000:${rail}8:00.2`, vf)
    linkTo(`sys/bus/pci/devices/0000:${rail}8:00.0`, pf)
  }
  const gpus = [`sys/devices/${SWITCHES[0]}/0000:17:02.0/${GPUS[0]}`, `sys/devices/pci0000:97/0000:97:01.0/${GPUS[1]}`]
  for (const [at, path] of gpus.entries()) {
    put(`${path}/class`, '0x030200\n')
    linkTo(`sys/bus/pci/devices/${GPUS[at]}`, path)
  }
  return root
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise((done) => server.close(done))
  return typeof address === 'object' && address ? address.port : 0
}

interface PodOptions {
  tree?: Tree
  env?: Record<string, string>
}
interface Ended {
  code: number | null
  out: string
  child: ChildProcess
}

interface Run {
  pods: Promise<Ended>[]
  port: number
  outputs: string[]
}

let runs = 0

async function start(
  pods: readonly PodOptions[],
  tests: readonly RdmaTest[],
  env: Record<string, string> = {},
): Promise<Run> {
  const port = await freePort()
  runs += 1
  const nodes = pods.map((_, index) => `dgx${index + 30}`)
  const outputs = pods.map(() => '')
  const started = pods.map((pod, index): Promise<Ended> => {
    const info = (rail: number) =>
      JSON.stringify({ [`0000:${rail}8:00.2`]: { generic: {}, rdma: { rdma_dev: `mlx5_${rail + 6}` } } })
    // The second rail comes without rdma_dev (plug-in before 3.10): found through sysfs.
    const given = { PCIDEVICE_NVIDIA_COM_RESIBP24S0_INFO: info(0), PCIDEVICE_NVIDIA_COM_RESIBP64S0: '0000:18:00.2' }
    const child = spawn('/bin/sh', ['lib/runs/program/rdma.sh'], {
      env: {
        ...process.env,
        PATH: `${bin}:${process.env.PATH}`,
        CAIRN_ROOT: tree(`run${runs}-pod${index}`, pod.tree ?? {}),
        CAIRN_NODES: nodes.join(','),
        CAIRN_NODE: nodes[nodes.length - 1 - index] ?? '',
        CAIRN_PEERS: pods.map((_, at) => `127.0.0.${at + 2}`).join(','),
        CAIRN_RAILS: RAILS.join(','),
        CAIRN_TESTS: tests.join(','),
        CAIRN_PORT: String(port),
        CAIRN_SECONDS: '300',
        JOB_COMPLETION_INDEX: String(index),
        ...given,
        ...env,
        ...pod.env,
      },
    })
    alive.add(child)
    const take = (chunk: Buffer) => {
      outputs[index] += String(chunk)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    return new Promise((done) =>
      child.on('close', (code) => {
        alive.delete(child)
        done({ code, out: outputs[index] ?? '', child })
      }),
    )
  })
  return { pods: started, port, outputs }
}

/** Framed lines of a log, by kind. */
function frames(log: string, kind: string): Record<string, unknown>[] {
  return [...log.matchAll(new RegExp(`^cairn-rdma: ${kind} (.*)$`, 'gm'))].map((match) => JSON.parse(match[1] ?? ''))
}

const python = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))']).status === 0

describe.skipIf(!python)('RDMA tests in pods', { timeout: 90_000 }, () => {
  it('two nodes, two rails, all tests: every step has a section; constant commands; GPU beside its HCA', async () => {
    const calls = join(folder, 'calls')
    const env = { SHIM_CUDA: '1', SHIM_GPUS: GPUS.join(','), SHIM_CALLS: calls }
    const run = await start([{}, {}], ['write-bw', 'write-bw-gpu', 'write-lat', 'rping'], env)
    const [first, second] = await Promise.all(run.pods)
    expect([first?.code, second?.code], first?.out).toEqual([0, 0])
    const log = first?.out ?? ''
    expect(frames(log, 'plan')[0]).toMatchObject({
      nodes: ['dgx30', 'dgx31'],
      rails: RAILS,
      rounds: [[[0, 1]], [[1, 0]]],
    })
    const ends = frames(log, 'end')
    expect(ends).toHaveLength(2 * 2 * 4)
    expect(frames(log, 'done')).toEqual([{ steps: 16, left: 0, why: null }])
    const skipped = ends.filter((end) => end.skipped)
    expect(skipped.map((end) => end.why)).toEqual(
      Array(2).fill(expect.stringMatching(/no GPU of the pod is under the same PCIe switch as 0000:18:00.2/)),
    )
    expect(ends.filter((end) => !end.skipped && end.why !== null)).toEqual([])
    expect(frames(log, 'begin')[0]).toMatchObject({
      test: 'write-bw',
      rail: 0,
      from: { node: 'dgx30', device: 'mlx5_6', pci: '0000:08:00.2', function: 'vf', state: 'ACTIVE', rateGbps: 400 },
      to: { node: 'dgx31' },
    })
    expect(log).toMatch(/^ {3}1048576 {4}136020/m)
    const lines = readFileSync(calls, 'utf8')
      .split('\n')
      .filter((line) => !line.includes('--help'))
    expect(lines).toContain('ib_write_bw -d mlx5_6 -i 1 -p 20000 -F -s 1048576 -q 4 -D 3 --report_gbits')
    expect(lines).toContain('ib_write_bw -d mlx5_6 -i 1 -p 20000 -F -s 1048576 -q 4 -D 3 --report_gbits 127.0.0.2')
    expect(lines).toContain(
      'ib_write_bw -d mlx5_6 -i 1 -p 20002 -F -s 1048576 -q 4 -D 3 --report_gbits --use_cuda=0 --use_cuda_dmabuf',
    )
    expect(lines).toContain('ib_write_lat -d mlx5_7 -i 1 -p 20012 -F -s 8 -n 5000')
    expect(lines).toContain('rping -c -a 127.0.0.1 -p 20006 -C 10 -v')
  })

  it('three nodes: each pair once, a node rests; RoCE with its GID index', async () => {
    const calls = join(folder, 'calls-roce')
    const pod = { tree: { link: 'Ethernet' } }
    const run = await start([pod, pod, pod], ['write-lat'], { SHIM_CALLS: calls })
    const ended = await Promise.all(run.pods)
    expect(
      ended.map((each) => each.code),
      ended[0]?.out,
    ).toEqual([0, 0, 0])
    const pairs = frames(ended[0]?.out ?? '', 'begin').map(
      ({ rail, from, to }) => `${rail} ${Object(from).node} ${Object(to).node}`,
    )
    expect(pairs.sort()).toEqual(
      [0, 1].flatMap((rail) => ['dgx30 dgx31', 'dgx31 dgx32', 'dgx32 dgx30'].map((pair) => `${rail} ${pair}`)),
    )
    expect(readFileSync(calls, 'utf8')).toContain('ib_write_lat -d mlx5_6 -i 1 -p 20000 -F -x 3 -s 8 -n 5000\n')
  })

  it('a dead fabric is shown in the tool’s words, and the rest is measured', async () => {
    const run = await start([{ env: { SHIM_MODE: 'dead-fabric' } }, {}], ['write-bw'])
    const [first] = await Promise.all(run.pods)
    expect(first?.code).toBe(0)
    expect(first?.out).toMatch(/^ {3}Failed status 12/m)
    expect(frames(first?.out ?? '', 'end').map((end) => Object(end.client).exit)).toEqual([0, 1, 0, 1])
  })

  it('a server that never listens: said after its time, no client is started', async () => {
    const run = await start([{ env: { SHIM_MODE: 'never-listens' } }, {}], ['write-bw'], {
      CAIRN_RAILS: RAILS[0] ?? '',
    })
    const [first] = await Promise.all(run.pods)
    expect(first?.code).toBe(0)
    expect(frames(first?.out ?? '', 'end')).toMatchObject([
      { why: expect.stringContaining('dgx31: the server did not listen within 10 s'), client: null },
      { why: null },
    ])
  })

  it('a peer that dies in the middle: said, never waited for', async () => {
    const run = await start([{}, { env: { SHIM_MODE: 'dies' } }, {}], ['write-bw'])
    const ended = await Promise.all(run.pods)
    expect(ended.map((each) => each.code)).toEqual([1, null, 0])
    const log = ended[0]?.out ?? ''
    expect(log).toContain('cairn: ERROR lost in the middle: dgx31')
    expect(
      frames(log, 'end').filter((end) => String(end.why).includes('dgx31: its pod is gone')).length,
    ).toBeGreaterThan(0)
    expect(frames(log, 'end')).toHaveLength(6)
  })

  it('the coordinator dies: the others end, and kill what they run', async () => {
    const pids = join(folder, 'pids')
    const run = await start([{}, { env: { SHIM_MODE: 'hangs', SHIM_PIDS: pids } }], ['write-bw'])
    while (!existsSync(pids)) await new Promise((done) => setTimeout(done, 50))
    await new Promise((done) => setTimeout(done, 500))
    ;[...alive][0]?.kill('SIGKILL')
    const ended = await Promise.all(run.pods)
    expect(ended.map((each) => each.code)).toEqual([null, 1])
    expect(ended[1]?.out).toContain('the coordinator is gone')
    const left = readFileSync(pids, 'utf8')
      .split('\n')
      .filter((pid) => pid !== '' && existsSync(`/proc/${pid}`))
    expect(left).toEqual([])
  })

  it('messages can start nothing but this pod’s own end of a step', async () => {
    const calls = join(folder, 'calls-rogue')
    const evil = join(folder, 'evil')
    const address = '127.0.0.2'
    const asked = [
      { run: ['touch', evil] },
      { serve: 'ib_write_bw; touch evil' },
      { serve: 0, command: ['touch', evil] },
      { serve: 99999, address },
      { connect: 1, address: `$(touch ${evil})` },
      { connect: 1, address: `--output=${evil}` },
      { connect: 0, address },
      { stop: [0] },
      { serve: true },
    ]
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('{"welcome": true}\n')
        for (const message of asked) socket.write(`${JSON.stringify(message)}\n`)
        setTimeout(() => socket.write('{"bye": true}\n'), 1_500)
      })
      socket.on('error', () => undefined)
    })
    const port = await freePort()
    await new Promise<void>((done) => server.listen(port, address, done))
    const env = { JOB_COMPLETION_INDEX: '1', CAIRN_PORT: String(port), SHIM_CALLS: calls, CAIRN_NODE: 'dgx31' }
    const run = await start([{ env }], ['write-bw'], {
      CAIRN_NODES: 'dgx30,dgx31',
      CAIRN_PEERS: `${address},127.0.0.3`,
    })
    const [ended] = await Promise.all(run.pods)
    server.close()
    expect(ended?.code, ended?.out).toBe(0)
    expect(existsSync(evil)).toBe(false)
    expect(readFileSync(calls, 'utf8')).toBe(
      'ib_write_bw -d mlx5_6 -i 1 -p 20000 -F -s 1048576 -q 4 -D 3 --report_gbits\n',
    )
  })

  it.each([0, 1])('a wrong number of HCAs in pod %d stops the run at once', async (index) => {
    const pods = [0, 1].map((at) => (at === index ? { env: { PCIDEVICE_NVIDIA_COM_RESIBP64S0: '' } } : {}))
    const run = await start(pods, ['write-bw'])
    const ended = await Promise.race(run.pods)
    expect(ended.code).toBe(78)
    if (index === 0) for (const child of alive) child.kill('SIGKILL')
    expect(ended.out).toMatch(
      /cairn: ERROR .*expected 2 HCAs, one per requested rail, but this pod sees 1: not measuring/,
    )
    const [first] = await Promise.all(run.pods)
    expect(first?.code).toBe(78)
    expect(first?.out).toContain('expected 2 HCAs')
    expect(first?.out).not.toContain('cairn-rdma: begin')
  })

  it('no CUDA in perftest, no rping: said, not measured', async () => {
    const few = join(folder, 'few')
    mkdirSync(few)
    for (const tool of ['ib_write_bw', 'nvidia-smi']) copyFileSync(join(bin, tool), join(few, tool))
    const run = await start([{}, {}], ['write-bw-gpu', 'rping'], {
      PATH: `${few}:/usr/bin:/bin`,
      SHIM_GPUS: GPUS.join(','),
    })
    const [first] = await Promise.all(run.pods)
    const why = frames(first?.out ?? '', 'end').map((end) => String(end.why))
    expect(why).toHaveLength(8)
    expect(why.filter((text) => text.includes('built without CUDA'))).toHaveLength(4)
    expect(why.filter((text) => text.includes('the image has no rping'))).toHaveLength(4)
  })

  it('what a tool prints can frame nothing, and is cut', async () => {
    const run = await start([{ env: { SHIM_MODE: 'chatty' } }, {}], ['write-bw'])
    const [first] = await Promise.all(run.pods)
    expect(frames(first?.out ?? '', 'done')).toEqual([{ steps: 4, left: 0, why: null }])
    expect(frames(first?.out ?? '', 'end')).toHaveLength(4)
    expect((first?.out ?? '').length).toBeLessThan(20_000)
  })

  it('a stranger is not let in, and starts nothing', async () => {
    const calls = join(folder, 'calls-stranger')
    const run = await start([{}], ['write-bw'], {
      CAIRN_NODES: 'dgx30,dgx31',
      CAIRN_PEERS: '127.0.0.2,127.0.0.3',
      SHIM_CALLS: calls,
    })
    await new Promise((done) => setTimeout(done, 1_500))
    const joined = { node: 'dgx31', error: null, rails: [{}, {}], cuda: null, missing: [] }
    const say = (from: string, text: string) =>
      new Promise<string>((done) => {
        const socket = connect({ port: run.port, host: '127.0.0.2', localAddress: from })
        let got = ''
        socket.on('data', (chunk) => {
          got += String(chunk)
        })
        socket.on('error', () => done('refused'))
        socket.on('close', () => done(got))
        socket.write(`${text}\n`)
      })
    expect(await say('127.0.0.9', JSON.stringify({ join: joined })), 'not one of the run’s addresses').not.toContain(
      'welcome',
    )
    expect(await say('127.0.0.3', JSON.stringify({ join: { ...joined, node: 'elsewhere' } }))).not.toContain('welcome')
    expect(await say('127.0.0.3', 'GET / HTTP/1.1')).not.toContain('welcome')
    for (const child of alive) child.kill('SIGKILL')
    await Promise.all(run.pods)
    expect(existsSync(calls) ? readFileSync(calls, 'utf8') : '').toBe('')
  })

  it('the time of the run is up: what is left is said, nothing is begun', async () => {
    const run = await start([{}, {}], ['write-bw'], { CAIRN_SECONDS: '0' })
    const [first] = await Promise.all(run.pods)
    expect(first?.code).toBe(0)
    expect(frames(first?.out ?? '', 'done')).toEqual([{ steps: 0, left: 4, why: 'the time of the run was up' }])
  })
})

describe('scripts of RDMA pods', () => {
  it.runIf(spawnSync('shellcheck', ['--version']).status === 0)('pass shellcheck', () => {
    const done = spawnSync('shellcheck', ['-s', 'sh', 'lib/runs/program/rdma.sh'], { encoding: 'utf8' })
    expect(done.stdout).toBe('')
  })
})
