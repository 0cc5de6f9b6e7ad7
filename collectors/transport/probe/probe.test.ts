import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { NodeRead } from '@/lib/read'
import type { Section } from '../types'
import { type FrameEvent, FrameReader, type SectionFrame } from './frames'
import { newNonce, requestLine } from './request'
import { buildProbe, probeScript } from './script'
import { sudoersText } from './sudoers'

const folder = mkdtempSync(join(tmpdir(), 'cairn-probe-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
const section = (id: string, script: string, extra: Partial<NodeRead> = {}): Section => ({
  id,
  read: { via: 'node', lane: 'fast', script, ...extra },
})

const sections: Section[] = [
  section('t.plain', 'echo "it\'s $LC_ALL $TERM"; printf err >&2; exit 3'),
  section('t.root', 'cat "$R/proc/cmdline"'),
  section('t.stdin', 'cat; echo after'),
  section('t.slow', 'echo part; sleep 30; echo never', { timeoutSec: 1 }),
  section('t.flood', 'while :; do echo 0123456789; done', { maxBytes: 2048 }),
  section('t.absent', 'no-such-tool -x', { tool: 'no-such-tool' }),
  section('t.priv', 'priv id -u'),
  section('t.env', 'env; set | grep -c cairn_nonce'),
  section('t.last', 'echo done'),
]
const shells: [string, string[]][] = [
  ['dash', ['dash']],
  ['bash as sh', ['bash', '--posix']],
  ['busybox', ['busybox', 'sh']],
]

function run(argv: string[], input: string, env: NodeJS.ProcessEnv = process.env) {
  const [program, ...args] = argv
  const began = performance.now()
  const done = spawnSync(program ?? '', args, { input, env, maxBuffer: 1 << 26 })
  return { ...done, ms: performance.now() - began }
}

function read(stdout: Buffer, nonce: string, ids: readonly string[], chunk = stdout.length || 1) {
  const events: FrameEvent[] = []
  const reader = new FrameReader(nonce, ids, 1 << 22, (event) => events.push(event))
  for (let at = 0; at < stdout.length; at += chunk) reader.push(stdout.subarray(at, at + chunk))
  const frames = new Map<string, SectionFrame>()
  for (const event of events) if (event.kind === 'section') frames.set(event.frame.id, event.frame)
  return { events, frames, text: (id: string) => frames.get(id)?.stdout.toString() ?? '' }
}

describe('probe script', () => {
  const ids = sections.map(({ id }) => id)
  const root = join(folder, 'root')
  mkdirSync(join(root, 'proc/sys/kernel/random'), { recursive: true })
  writeFileSync(join(root, 'proc/sys/kernel/random/boot_id'), 'b007-1\n')
  writeFileSync(join(root, 'proc/cmdline'), 'iommu=pt\n')

  for (const [name, argv] of shells) {
    const program = argv[0] ?? ''
    if (!has(program)) console.warn(`probe script: no ${program} here, not run under it`)
    it.runIf(has(program)).each(['sent', 'installed'] as const)(`runs under ${name}, %s`, (mode) => {
      const nonce = newNonce()
      const text = probeScript(sections)
      const file = join(folder, `probe-${mode}`)
      writeFileSync(file, text)
      const line = requestLine(nonce, 'fast', ids)
      const env = { ...process.env, CAIRN_ROOT: root }
      const before = readdirSync('/dev/shm').length
      // The installed probe gets the script as well, as on a first contact, and must not run it.
      const done = mode === 'sent' ? run([...argv, '-s'], line + text, env) : run([...argv, file], line + text, env)
      expect(done.stderr.toString()).toBe('')
      const { events, frames, text: out } = read(done.stdout, nonce, ids)
      expect(events.at(-1)).toEqual({ kind: 'end', bootId: 'b007-1' })
      expect(events[0]).toMatchObject({ kind: 'begin', hello: { mode, digest: buildProbe(sections).digest } })
      expect(frames.get('t.plain')).toMatchObject({ exitCode: 3, how: '-' })
      expect(out('t.plain')).toBe("it's C dumb\n")
      expect(frames.get('t.plain')?.stderr.toString()).toBe('err')
      expect(out('t.root')).toBe('iommu=pt\n')
      expect(out('t.stdin')).toBe('after\n')
      expect(frames.get('t.slow')).toMatchObject({ how: 't' })
      expect(out('t.slow')).toBe('part\n')
      expect(frames.get('t.flood')?.stdout.length).toBe(2048)
      expect(frames.get('t.flood')?.stdoutTotal).toBeGreaterThan(2048)
      expect(frames.get('t.absent')).toMatchObject({ exitCode: 127, how: 'a' })
      expect(out('t.env')).not.toContain(nonce)
      expect(out('t.last')).toBe('done\n')
      expect(done.ms).toBeLessThan(6_000)
      expect(readdirSync('/dev/shm').length).toBe(before)
    })
  }

  it('stops a hung section without a timeout program', () => {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    for (const tool of ['sh', 'cat', 'date', 'dd', 'id', 'mktemp', 'rm', 'sleep', 'wc', 'setsid']) {
      if (has(tool))
        symlinkSync(
          execFileSync('sh', ['-c', `command -v ${tool}`])
            .toString()
            .trim(),
          join(bin, tool),
        )
    }
    writeFileSync(join(bin, 'timeout'), '#!/bin/sh\nexit 125\n')
    chmodSync(join(bin, 'timeout'), 0o755)
    const nonce = newNonce()
    const wanted = sections.filter(({ id }) => ['t.slow', 't.plain', 't.last'].includes(id))
    const line = requestLine(nonce, 'fast', ['t.slow', 't.plain', 't.last'])
    const done = run(['sh', '-s'], line + probeScript(wanted), { ...process.env, PATH: bin })
    const { frames, events } = read(done.stdout, nonce, ['t.slow', 't.plain', 't.last'])
    expect(frames.get('t.slow')).toMatchObject({ how: 't' })
    expect(frames.get('t.plain')).toMatchObject({ exitCode: 3 })
    expect(events.at(-1)?.kind).toBe('end')
    // Not how fast: on a loaded machine a killed tool's own sleep was seen to outlive its group by its whole length.
    expect(done.ms).toBeLessThan(50_000)
  }, 60_000)

  it('takes only requests in its own words', () => {
    const text = probeScript(sections)
    const file = join(folder, 'probe-strict')
    writeFileSync(file, text)
    const nonce = newNonce()
    for (const bad of [
      '',
      'id',
      `cairn/2 ${nonce} fast t.plain`,
      `cairn/1 short fast t.plain`,
      `cairn/1 ${nonce} both t.plain`,
      `cairn/1 ${nonce} fast $(id)`,
      `cairn/1 ${nonce} fast t.plain extra`,
      `cairn/1 ${nonce} fast *`,
    ]) {
      const done = run(['sh', file], `${bad}\n`)
      expect(done.status, bad).toBe(64)
      expect(done.stdout.toString()).toBe('')
    }
    const unknown = run(['sh', file], requestLine(nonce, 'fast', ['t.last', 'x.other']))
    expect(read(unknown.stdout, nonce, ['t.last', 'x.other']).events.slice(2)).toMatchObject([
      { kind: 'section' },
      { kind: 'unknown', id: 'x.other' },
      { kind: 'end' },
    ])
    const none = run(['sh', file], requestLine(nonce, 'fast', []))
    expect(read(none.stdout, nonce, []).events.map((event) => event.kind)).toEqual(['begin', 'identity', 'end'])
  })

  it('runs nothing of a script that arrives cut', () => {
    const marker = join(folder, 'ran')
    const nonce = newNonce()
    const whole = requestLine(nonce, 'fast', ['t.mark']) + probeScript([section('t.mark', `touch ${marker}`)])
    for (let at = 1; at < whole.length - 30; at += 211) run(['sh', '-s'], whole.slice(0, at))
    expect(has(`test && test -e ${marker}`)).toBe(false)
    run(['sh', '-s'], whole)
    expect(spawnSync('test', ['-e', marker]).status).toBe(0)
  })

  it('frames survive any chunking, and no cut stream gives other values', () => {
    const nonce = newNonce()
    const wanted = [section('t.a', "printf 'x\\n@y z\\n'"), section('t.b', 'echo b >&2')]
    const ids = ['t.a', 't.b']
    const done = run(['sh', '-s'], requestLine(nonce, 'fast', ids) + probeScript(wanted))
    const whole = read(done.stdout, nonce, ids)
    for (const chunk of [1, 2, 7, 64]) expect(read(done.stdout, nonce, ids, chunk).events).toEqual(whole.events)
    for (let at = 0; at < done.stdout.length; at++) {
      const part = read(done.stdout.subarray(0, at), nonce, ids).events
      expect(part).toEqual(whole.events.slice(0, part.length))
    }
  })

  it.runIf(has('shellcheck'))('passes shellcheck', () => {
    const file = join(folder, 'check.sh')
    writeFileSync(file, probeScript([section('t.a', 'echo a')]))
    const done = spawnSync('shellcheck', ['-s', 'sh', file])
    expect(done.stdout.toString()).toBe('')
  })

  it('refuses sections that could not be carried', () => {
    expect(() => probeScript([section('t;id', 'x')])).toThrow(RangeError)
    expect(() => probeScript([section('t.a', 'x'), section('t.a', 'y')])).toThrow(/twice/)
    expect(() => probeScript([section('t.a', 'x', { tool: 'a b' })])).toThrow(RangeError)
  })
})

describe('sudoers', () => {
  const slow = [
    section('t.q', '', {
      sudo: [
        { tool: 'mstconfig', args: '-d PCI -e q' },
        { tool: 'dmesg', args: '' },
      ],
      timeoutSec: 90,
    }),
    section('t.l', '', {
      sudo: [
        { tool: 'mstfwreset', args: '-d PCI q' },
        { tool: 'lspci', args: '-D -vvv -d 15b3:' },
      ],
    }),
  ]

  it('spells PCI addresses out and lets no wildcard through', () => {
    const text = sudoersText(slow)
    expect(text).not.toMatch(/\*(?! would)/)
    expect(text).toContain('/usr/bin/dmesg ""')
    for (const args of ['-d * q', '-d PCI set X=1', '-y -d PCI q', '$(id)', 'a\nb']) {
      expect(() => sudoersText([section('t.x', '', { sudo: [{ tool: 'mstconfig', args }] })])).toThrow(RangeError)
    }
    expect(() => sudoersText([section('t.x', '', { sudo: [{ tool: 'dmesg', args: '-C' }] })])).toThrow(RangeError)
    expect(() => sudoersText(slow, 'a b')).toThrow(RangeError)
  })

  it.runIf(has('visudo'))('is valid for visudo', () => {
    const file = join(folder, 'sudoers')
    writeFileSync(file, sudoersText(slow), { mode: 0o440 })
    const done = spawnSync('visudo', ['-c', '-f', file])
    expect(`${done.stdout}${done.stderr}`).toMatch(/parsed OK/)
    expect(done.status).toBe(0)
  })
  const canSudo = process.getuid?.() === 0 && has('sudo') && spawnSync('unshare', ['-m', 'true']).status === 0
  if (!canSudo) console.warn('sudoers: real sudo not tried (needs root, sudo and mount namespaces)')
  it.runIf(canSudo)('with real sudo, lets queries through and nothing else', () => {
    chmodSync(folder, 0o755)
    const tool = join(folder, 'mstconfig')
    writeFileSync(tool, '#!/bin/sh\necho "ran as $(id -u): $*"\n')
    chmodSync(tool, 0o755)
    const file = join(folder, 'sudoers-real')
    writeFileSync(file, sudoersText(slow, 'nobody').replaceAll('/usr/bin/mstconfig', tool), { mode: 0o440 })
    const sudo = (args: string) => {
      const inner = `mount --bind ${file} /etc/sudoers && exec setpriv --reuid nobody --regid nogroup --clear-groups sudo -n ${tool} ${args}`
      const done = spawnSync('unshare', ['-m', 'sh', '-c', inner])
      return `${done.stdout}${done.stderr}`
    }
    expect(sudo('-d 0000:18:00.0 -e q')).toBe('ran as 0: -d 0000:18:00.0 -e q\n')
    for (const args of [
      '-d 0000:18:00.0 -y set NUM_OF_VFS=0 -e q',
      '-d 0000:18:00.0 -e q set X=1',
      '-d "0000:18:00.0 -y" -e q',
      '-d 0000:18:00.0',
      '-d /dev/mst/x -e q',
      '',
    ]) {
      const said = sudo(args)
      expect(said, args).not.toContain('ran as')
      expect(said, args).toMatch(/password is required|not allowed/)
    }
  })
  if (!has('visudo')) console.warn('sudoers: no visudo here, drop-in not checked')
})
