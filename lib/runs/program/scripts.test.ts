import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

/** The shell scripts of a run's pods, in a real sh, with stand-ins for mpirun, python3 and the benchmark. */
const PROGRAM = 'lib/runs/program'
const folder = mkdtempSync(join(tmpdir(), 'cairn-program-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const BASE = { CAIRN_NODES: '2', CAIRN_GPUS: '8', CAIRN_BEGIN: '1048576', CAIRN_END: '8589934592', CAIRN_ITERS: '20' }
const info = (device: string) => `{"0000:18:00.2":{"rdma":{"rdma_dev":"${device}","uverbs":"/dev/infiniband/uverbs5"}}}`
const TWO = {
  PCIDEVICE_NVIDIA_COM_RESIBP24S0_INFO: info('mlx5_5'),
  PCIDEVICE_NVIDIA_COM_RESIBP64S0_INFO: info('mlx5_12'),
}

/** A pod's file system: the scripts, a folder of programs, keys. */
function pod(name: string, programs: Readonly<Record<string, string>> = {}) {
  const root = join(folder, name)
  cpSync(PROGRAM, join(root, 'cairn'), { recursive: true })
  for (const each of ['bin', 'keys', 'tmp']) mkdirSync(join(root, each), { recursive: true })
  writeFileSync(join(root, 'keys', 'id_rsa.pub'), 'ecdsa-sha2-nistp521 AAAA run\n')
  for (const [program, text] of Object.entries(programs)) {
    writeFileSync(join(root, 'bin', program), `#!/bin/sh\n${text}\n`)
    chmodSync(join(root, 'bin', program), 0o755)
  }
  return root
}

function sh(root: string, script: string, env: Readonly<Record<string, string>>, ...args: string[]) {
  const done = spawnSync('sh', [join(root, 'cairn', script), ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      PATH: `${root}/bin:/usr/bin:/bin`,
      TMPDIR: join(root, 'tmp'),
      CAIRN_KEYS: join(root, 'keys'),
      ...BASE,
      NODE_ENV: 'test',
      ...env,
    },
  })
  return { status: done.status, out: done.stdout, err: done.stderr }
}

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

describe('scripts of a run', () => {
  it.runIf(has('shellcheck'))('pass shellcheck', () => {
    const scripts = ['entry.sh', 'hcas.sh', 'launch.sh', 'rank.sh', 'worker.sh'].map((name) => join(PROGRAM, name))
    const done = spawnSync('shellcheck', ['-s', 'sh', '-x', ...scripts], { encoding: 'utf8' })
    expect(done.stdout).toBe('')
  })

  it('a Job’s pod: the HCAs it was given reach NCCL, by name', () => {
    const root = pod('entry', { python3: 'echo "HCA $NCCL_IB_HCA"; echo "$@"' })
    const done = sh(root, 'entry.sh', { ...TWO, CAIRN_HCAS: '2', CAIRN_COLLECTIVE: 'all_gather', CAIRN_MASTER: 'm' })
    expect(done.out).toContain('cairn: node 0 of 2: 2 HCAs (PCIDEVICE_*_INFO): mlx5_12,mlx5_5')
    expect(done.out).toContain('HCA =mlx5_12,mlx5_5')
    expect(done.out).toMatch(/--nproc-per-node=8 .*collective.py --collective all_gather --begin 1048576/)
  })

  it.each(['entry.sh', 'worker.sh'])(
    '%s with another number of HCAs than asked for stops at once, saying so',
    (script) => {
      const root = pod(`few-${script}`, { python3: 'echo measured', sshd: 'echo serving' })
      const done = sh(root, script, { ...TWO, CAIRN_HCAS: '8', CAIRN_COLLECTIVE: 'all_reduce', CAIRN_MASTER: 'm' })
      expect(done.status).toBe(78)
      expect(done.out).toContain('ERROR expected 8 HCAs, one per requested rail, but this pod sees 2')
      expect(done.out).not.toMatch(/measured|serving/)
    },
  )

  it('a rank under ssh, where the pod’s variables are gone, finds what the worker kept', () => {
    const root = pod('rank', { sshd: 'exit 0', benchmark: 'echo "HCA $NCCL_IB_HCA $1"' })
    expect(sh(root, 'worker.sh', { ...TWO, CAIRN_HCAS: '2' }).status).toBe(0)
    const done = sh(root, 'rank.sh', { CAIRN_HCAS: '2', OMPI_COMM_WORLD_LOCAL_RANK: '3' }, 'benchmark', '-b')
    expect(done.out).toBe('HCA =mlx5_12,mlx5_5 -b\n')
  })

  it('a launcher without nccl-tests or without mpirun says which', () => {
    const none = sh(pod('none'), 'launch.sh', { CAIRN_HCAS: '2', CAIRN_COLLECTIVE: 'all_reduce' })
    expect([none.status, none.out]).toEqual([127, 'cairn: ERROR this image has no all_reduce_perf of nccl-tests\n'])
    const root = pod('no-mpi', { alltoall_perf: 'exit 0' })
    expect(sh(root, 'launch.sh', { CAIRN_HCAS: '2', CAIRN_COLLECTIVE: 'alltoall' }).out).toContain('no mpirun')
  })

  it('a launcher starts every rank with what NCCL is told, and knows its workers by the run’s own key', () => {
    const mpirun = 'echo "$@" >>"$TMPDIR/calls"; echo "$OMPI_MCA_plm_rsh_args" >"$TMPDIR/ssh"'
    const root = pod('launch', { mpirun, all_reduce_perf: 'exit 0' })
    const env = { CAIRN_HCAS: '2', CAIRN_COLLECTIVE: 'all_reduce', NCCL_ALGO: 'Ring', NCCL_DEBUG: 'INFO' }
    expect(sh(root, 'launch.sh', env).status).toBe(0)
    const calls = readFileSync(join(root, 'tmp', 'calls'), 'utf8')
      .trim()
      .split('\n')
    expect(calls).toHaveLength(2)
    expect(calls[1]).toMatch(
      /-np 16 --map-by ppr:8:node .*-x NCCL_DEBUG .*-x NCCL_ALGO .*rank.sh .*all_reduce_perf -b 1048576 -e 8589934592 -f 2 -g 1 -n 20/,
    )
    expect(calls[1]).not.toContain('COLLNET')
    expect(readFileSync(join(root, 'tmp', 'ssh'), 'utf8')).toContain('StrictHostKeyChecking=yes')
    expect(readFileSync(join(root, 'tmp', 'known_hosts'), 'utf8')).toBe('* ecdsa-sha2-nistp521 AAAA run\n')
  })
})
