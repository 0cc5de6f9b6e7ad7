/**
 * Cold and warm sweeps over loopback sshd "nodes", beside pdsh, clush and OpenSSH under xargs, interleaved in one run.
 * Every 127.1.x.y address is a node of one sshd, in a network namespace of its own. Needs root, unshare, sshd; peers that are
 * missing are left out with a word. Prints a markdown table.
 *
 *   npx tsx scripts/bench-ssh.ts [--nodes 200] [--rounds 3]
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newNonce, requestLine } from '@/collectors/transport/probe/request'
import { probeScript } from '@/collectors/transport/probe/script'
import { newKey } from '@/collectors/transport/ssh/test/fake-node'
import { RealSshd, sshdPath } from '@/collectors/transport/ssh/test/real-sshd'
import { createSshTransport } from '@/collectors/transport/ssh/transport'
import type { NodeTarget, NodeTransport, Section } from '@/collectors/transport/types'

const USER = 'cairnbench'
const BYTES = 8192

interface Sample {
  wallMs: number
  cpuMs: number
}

interface Tool {
  name: string
  run(): Promise<Sample>
}

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`)
  const value = at < 0 ? fallback : Number(process.argv[at + 1])
  if (!Number.isInteger(value) || value < 1 || value > 60_000) throw new Error(`--${name} needs a whole number`)
  return value
}

/** Re-runs this script in a mount and network namespace; there only loopback exists, so a server on 0.0.0.0 is on loopback only. */
function enterNamespace(): never {
  const script = 'ip link set lo up && exec "$@"'
  const argv = ['-mn', 'sh', '-c', script, 'sh', process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const done = spawnSync('unshare', argv, { stdio: 'inherit', env: { ...process.env, CAIRN_BENCH_NAMESPACE: '1' } })
  process.exit(done.status ?? 1)
}

/** A login user with a plain shell and no start-up files, only inside this namespace. */
function addUser(folder: string): void {
  const home = join(folder, 'home')
  mkdirSync(home)
  for (const [file, line, mode] of [
    ['/etc/passwd', `${USER}:x:65533:65534::${home}:/bin/sh`, 0o644],
    ['/etc/shadow', `${USER}:*:19000:0:99999:7:::`, 0o600],
  ] as const) {
    const copy = join(folder, file.replaceAll('/', '_'))
    writeFileSync(copy, `${execFileSync('cat', [file]).toString().trimEnd()}\n${line}\n`)
    chmodSync(copy, mode)
    execFileSync('mount', ['--bind', copy, file])
  }
}

function address(index: number): string {
  return `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`
}

/** Runs a shell line; CPU is that of the client processes, from the shell's own `times`. */
function shellSample(line: string, wantBytes: number, env: NodeJS.ProcessEnv): Promise<Sample> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const child = spawn('bash', ['-c', `${line}; times >&2`], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let bytes = 0
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length
    })
    child.stderr.on('data', (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4_000)
    })
    child.on('close', () => {
      const wallMs = performance.now() - began
      if (bytes < wantBytes) return reject(new Error(`${line.slice(0, 60)}: ${bytes} of ${wantBytes} bytes; ${errors}`))
      const times = [...errors.matchAll(/(\d+)m([\d.]+)s/g)]
        .slice(-2)
        .map((m) => (Number(m[1]) * 60 + Number(m[2])) * 1000)
      resolve({ wallMs, cpuMs: times.reduce((a, b) => a + b, 0) })
    })
  })
}

async function sweepAll(
  transport: NodeTransport,
  targets: readonly NodeTarget[],
  sections: readonly Section[],
): Promise<Sample> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const results = await Promise.all(targets.map((target) => transport.sweep(target, sections, { lane: 'fast' })))
  const wallMs = performance.now() - began
  const used = process.cpuUsage(cpu)
  for (const { node, reach, sections: read } of results) {
    if (!reach.ok || Object.values(read).some((raw) => raw.text.length !== BYTES))
      throw new Error(`${node}: ${JSON.stringify(reach)}`)
  }
  return { wallMs, cpuMs: (used.user + used.system) / 1000 }
}

async function main(): Promise<void> {
  const count = option('nodes', 200)
  const rounds = option('rounds', 3)
  const found = sshdPath()
  if ('missing' in found || process.getuid?.() !== 0 || spawnSync('unshare', ['-mn', 'true']).status !== 0) {
    console.log(`bench-ssh: skipped, ${'missing' in found ? found.missing : 'needs root and namespaces'}`)
    return
  }
  if (process.env.CAIRN_BENCH_NAMESPACE !== '1') enterNamespace()

  const folder = mkdtempSync(join(tmpdir(), 'cairn-bench-'))
  chmodSync(folder, 0o755)
  addUser(folder)
  const key = newKey()
  writeFileSync(join(folder, 'id'), key.private, { mode: 0o600 })
  writeFileSync(join(folder, 'data'), 'x'.repeat(BYTES - 1).concat('\n'))
  const sshd = await new RealSshd({
    folder: join(folder, 'sshd'),
    addresses: ['0.0.0.0'],
    authorized: key.public,
    user: USER,
    extra: ['MaxStartups 4000:30:8000', 'MaxSessions 10'],
  }).start()
  writeFileSync(join(folder, 'known_hosts'), sshd.knownLine('127.1.*'))
  const sections: Section[] = [{ id: 'bench.data', read: { via: 'node', lane: 'fast', script: `cat ${folder}/data` } }]
  const nonce = newNonce()
  writeFileSync(join(folder, 'probe'), probeScript(sections))
  writeFileSync(join(folder, 'request'), requestLine(nonce, 'fast', ['bench.data']))
  const config = (extra = '') =>
    `Host *\n Port ${sshd.port}\n User ${USER}\n IdentityFile ${folder}/id\n IdentitiesOnly yes\n UserKnownHostsFile ${folder}/known_hosts\n GlobalKnownHostsFile /dev/null\n StrictHostKeyChecking yes\n UpdateHostKeys no\n BatchMode yes\n LogLevel ERROR\n KexAlgorithms curve25519-sha256\n${extra}`
  writeFileSync(join(folder, 'config'), config())
  writeFileSync(
    join(folder, 'config-mux'),
    config(` ControlMaster auto\n ControlPath ${folder}/mux-%h\n ControlPersist 600\n`),
  )
  const hosts = Array.from({ length: count }, (_, i) => address(i))
  writeFileSync(join(folder, 'hosts'), `${hosts.join('\n')}\n`)
  const targets: NodeTarget[] = hosts.map((host, i) => ({ node: `n${i}`, address: host, port: sshd.port, user: USER }))
  const settings = {
    keyFiles: [join(folder, 'id')],
    knownHostsFiles: [join(folder, 'known_hosts')],
    hostKeyPolicy: 'strict' as const,
  }

  const env = { ...process.env, PDSH_SSH_ARGS_APPEND: `-F ${folder}/config`, PDSH_RCMD_TYPE: 'ssh' }
  const works: [string, string, number][] = [
    ['cat 8 KiB', `cat ${folder}/data`, BYTES],
    ['same probe', `sh ${folder}/probe <${folder}/request`, BYTES + 300],
  ]
  const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
  const tools: Tool[] = []
  const peer = (program: string, name: string, line: string, bytes: number) => {
    if (has(program)) tools.push({ name, run: () => shellSample(line, bytes * count, env) })
    else console.log(`bench-ssh: no ${program} here, left out`)
  }
  const warm = createSshTransport(settings)
  tools.push({
    name: '**Cairn, cold** (probe)',
    run: async () => {
      const cold = createSshTransport(settings)
      const sample = await sweepAll(cold, targets, sections)
      await cold.close()
      return sample
    },
  })
  tools.push({ name: '**Cairn, warm** (probe)', run: () => sweepAll(warm, targets, sections) })
  for (const [what, command, bytes] of works) {
    peer('pdsh', `pdsh -f 64, cold (${what})`, `pdsh -R ssh -f 64 -w ^${folder}/hosts '${command}'`, bytes)
    peer(
      'clush',
      `clush -f 64, cold (${what})`,
      `clush -f 64 -o '-F ${folder}/config' --hostfile ${folder}/hosts '${command}'`,
      bytes,
    )
    peer(
      'xargs',
      `xargs -P64 ssh, cold (${what})`,
      `xargs -P64 -I{} ssh -n -F ${folder}/config {} '${command}' <${folder}/hosts`,
      bytes,
    )
    peer(
      'xargs',
      `xargs -P64 ssh, ControlPersist warm (${what})`,
      `xargs -P64 -I{} ssh -n -F ${folder}/config-mux {} '${command}' <${folder}/hosts`,
      bytes,
    )
  }

  const samples = new Map<string, Sample[]>()
  try {
    await sweepAll(warm, targets, sections)
    if (has('xargs'))
      await shellSample(`xargs -P16 -I{} ssh -n -F ${folder}/config-mux {} true <${folder}/hosts`, 0, env)
    for (let round = 0; round < rounds; round++) {
      for (const tool of tools) {
        try {
          samples.set(tool.name, [...(samples.get(tool.name) ?? []), await tool.run()])
        } catch (error) {
          console.log(
            `bench-ssh: ${tool.name}: ${error instanceof Error ? error.message.slice(0, 300) : String(error)}`,
          )
        }
      }
    }
    const memory = process.memoryUsage().rss
    print(samples, count, rounds, warm.connections(), memory)
  } finally {
    await warm.close()
    spawnSync('sh', [
      '-c',
      `for f in ${folder}/mux-*; do ssh -O exit -F ${folder}/config-mux "\${f#${folder}/mux-}"; done 2>/dev/null`,
    ])
    sshd.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function print(
  samples: ReadonlyMap<string, readonly Sample[]>,
  count: number,
  rounds: number,
  open: number,
  rss: number,
): void {
  const rows = [...samples].map(([name, list]) => ({
    name,
    wall: median(list.map((s) => s.wallMs)),
    cpu: median(list.map((s) => s.cpuMs)) / count,
  }))
  const cold = rows.find((row) => row.name.includes('Cairn, cold'))?.wall ?? Number.NaN
  const warm = rows.find((row) => row.name.includes('Cairn, warm'))?.wall ?? Number.NaN
  console.log(
    `\n${count} loopback nodes of one OpenSSH sshd, kex curve25519-sha256 everywhere, host keys verified, ${BYTES} bytes a node; medians of ${rounds} interleaved rounds on ${process.arch}, Node ${process.version}. Cairn in-process, with framing, classification and timeouts; the sshd shares the CPUs.\n`,
  )
  console.log('| tool | wall s | client CPU ms/node | × Cairn cold | × Cairn warm |\n|---|---|---|---|---|')
  for (const row of rows) {
    console.log(
      `| ${row.name} | ${(row.wall / 1000).toFixed(2)} | ${row.cpu.toFixed(2)} | ${(row.wall / cold).toFixed(2)} | ${(row.wall / warm).toFixed(1)} |`,
    )
  }
  console.log(`\n${open} connections open at the end; RSS of the whole bench process ${(rss / 1e6).toFixed(0)} MB.`)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

await main()
