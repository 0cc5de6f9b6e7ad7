import { describe, expect, test } from 'vitest'
import { sampleCases } from '@/scripts/host-samples'
import { toCapture } from './capture'
import { explain } from './explain'
import { withoutHostPrefix, withoutOwner } from './host-prefix'
import { knowledge } from './knowledge'
import { rejoined } from './rejoined'

const TOOLS = 'ibstat ibstatus rdma ibdev2netdev ibv_devinfo perftest flint mlxlink mst-status ip-link sysfs'.split(' ')
const prefixed = (prefix: string) => (text: string) => text.replace(/\n$/, '').replace(/^/gm, prefix).concat('\n')

/** What happens to an answer on its way that takes nothing away. */
const WAYS: readonly (readonly [string, (text: string) => string])[] = [
  ['pdsh', prefixed('gpu-node-07: ')],
  ['srun -l', prefixed('0: ')],
  ['mpirun --tag-output', prefixed('[1,0]<stdout>:')],
  ['journald, ISO time', prefixed('2026-10-01T10:11:12+0200 gpu07 diag[4711]: ')],
  ['a clock in brackets', prefixed('[2026-10-01 10:11:12] ')],
  [
    'grep -n',
    (text) =>
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line, at) => `${at + 1}:${line}\n`)
        .join(''),
  ],
  ['grep -H', prefixed('out/node-7.log:')],
  [
    'docker json-file',
    (text) =>
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `${JSON.stringify({ log: `${line}\n`, stream: 'stdout' })}\n`)
        .join(''),
  ],
  ['kubectl exec', (text) => `Defaulted container "a" out of: a, b\n${text}command terminated with exit code 1\n`],
  ['sudo and time', (text) => `[sudo] password for mara: \n${text}\nreal\t0m1.203s\nuser\t0m0.101s\nsys\t0m0.055s\n`],
  ['spaces of a web page', (text) => text.replaceAll('  ', '\u00a0 ')],
  [
    'a list of lines of Ansible',
    (text) => JSON.stringify({ stdout_lines: text.replace(/\n$/, '').split('\n') }, null, 4),
  ],
  ['colours', (text) => text.replace(/^.+$/gm, '\u001b[32m$&\u001b[0m')],
  ['empty lines between', (text) => text.replaceAll('\n', '\n\n')],
]

describe.each(WAYS)('%s', (_way, change) => {
  test.each(TOOLS)('%s: the same facts', (tool) => {
    // One capture of a tool is enough here; its own tests read all of them.
    const one = sampleCases(tool).find(({ text }) => text.trim().split('\n').length > 2)
    if (!one) return
    const plain = explain('x', one.text, knowledge).answer
    const pasted = explain('x', change(one.text), knowledge).answer
    expect({ kind: pasted.kind, status: pasted.status, facts: pasted.facts }).toEqual({
      kind: plain.kind,
      status: plain.status,
      facts: plain.facts,
    })
  })
})

describe('what stands before every line', () => {
  test.each([
    ['indices of rdma dev', ['1: mlx5_1: node_type ca', '2: mlx5_2: node_type ca']],
    ['PCI domains', ['0001:01:00.0 Infiniband', '0002:01:00.0 Infiniband']],
    ['PCI buses', ['18:00.0 Infiniband', '29:00.0 Infiniband']],
    ['times', ['10:03:07 a', '11:03:07 b']],
    ['NCCL processes', ['h:100:100 [0] NCCL INFO a', 'h:101:101 [1] NCCL INFO b']],
    ['errors', ['Error: a', 'Error: b', 'Error: c']],
    ['keys', ['driver: mlx5_core', 'version: 5.0', 'bus-info: 1']],
  ])('%s are no owner and no line number', (_what, lines) => {
    expect(withoutOwner([...lines, ''])).toBeNull()
  })
  test('line numbers of grep go, with the files and the marks between places', () => {
    expect(withoutOwner(['3-a', '4:  b', '--', '9:c', ''])).toEqual(['a', '  b', 'c', ''])
    expect(withoutOwner(['x/a.txt:3:a', 'x/b.txt:1:b', ''])).toEqual(['a', 'b', ''])
  })
  test('JSON is found behind a name and between prose', () => {
    const link = { ifindex: 0, ifname: 'mlx5_0', port: 1, state: 'ACTIVE', physical_state: 'LINK_UP', netdev: 'ens1' }
    const text = JSON.stringify([link], null, 2)
    const { facts, kind } = explain('x', text, knowledge).answer
    for (const change of [
      (raw: string) => `look at this:\n\n${raw}\nodd, is it not?\n`,
      (raw: string) => `0: ${JSON.stringify(JSON.parse(raw))}\n`,
    ])
      expect(explain('x', change(text), knowledge).answer).toMatchObject({ kind, status: 'ok', facts })
  })
})

describe('lines of several hosts', () => {
  test.each([
    ['MLNX_OFED_LINUX-24.10-3.2.5.0:', { kind: 'versions', status: 'ok' }],
    ['modinfo: ERROR: Module mlx5_core not found.', { kind: 'versions', status: 'absent' }],
    ['dmesg: read kernel buffer failed: Operation not permitted', { kind: 'dmesg', status: 'denied' }],
  ])('what a tool says after a clock is no host and its words: %s', (line, want) => {
    expect(explain('x', `[2026-03-02 10:11:12] ${line}\n`, knowledge).answer).toMatchObject(want)
  })
  test('arrive mixed and are put together again; keys of a listing are no hosts', () => {
    const mixed = ['a: 1', 'b: 1', 'a: 2', 'b: 2', 'b: 3', 'a: 3', '']
    expect(withoutHostPrefix(mixed)).toEqual(['1', '2', '3', '1', '2', '3', ''])
    const listing = ['driver: mlx5_core', 'version: 5.0-0', 'bus-info: 0000:18:00.0', '']
    expect(withoutHostPrefix(listing)).toBe(listing)
  })
  test('two ports of two hosts do not change places', () => {
    const port = (state: string) =>
      `CA 'mlx5_0'\n\tCA type: MT4129\n\tNumber of ports: 1\n\tPort 1:\n\t\tState: ${state}\n\t\tLink layer: InfiniBand`
    const [up, down] = [port('Active').split('\n'), port('Down').split('\n')]
    const text = up.flatMap((line, at) => [`n1: ${line}`, `n2: ${down[at]}`]).join('\n')
    const { facts } = explain('x', `${text}\n`, knowledge).answer
    expect(facts).toMatchObject({
      devices: [{ ports: [{ state: 'Active' }] }, { ports: [{ state: 'Down' }] }],
    })
  })
})

test('a prompt behind the last name shows that the name is whole', () => {
  const names = (text: string) => explain('x', text, knowledge).answer.facts
  expect(names('root@n1:~# ibstat -l\nmlx5_0\nmlx5_1\nroot@n1:~# ')).toMatchObject({
    devices: [{ name: 'mlx5_0' }, { name: 'mlx5_1' }],
  })
})

test('wrapped lines: broken inside a word without a space, between words with one; the unended last line stays alone', () => {
  const [long, begins] = [/^row /, /^(?:row |end)/]
  expect(rejoined(['row 12345', '678', 'end', ''], long, begins)).toEqual(['row 12345678', 'end', ''])
  expect(rejoined(['row 1', '2', 'row 123', 'end', ''], long, begins)).toEqual(['row 1 2', 'row 123', 'end', ''])
  expect(rejoined(['row 12345', '678'], long, begins)).toEqual(['row 12345', '678'])
  // A line has at most eight pieces: a mebibyte of other text behind a row is not joined to it.
  const other = Array.from({ length: 20 }, () => 'x')
  expect(rejoined(['row 1', ...other, ''], long, begins)).toHaveLength(15)
  expect(toCapture('a\u2003b\n').text).toBe('a b\n')
})

test('a script shows an answer as comments; a header of comments stays what it is', () => {
  const answer = 'mlx5_0 port 1 ==> ib0 (Up)\nmlx5_1 port 1 ==> ib1 (Down)\n'
  const read = (text: string) => explain('x', text, knowledge).answer
  expect(read(answer.replace(/^(?=.)/gm, '# '))).toEqual(read(answer))
  expect(read('# Port counters: Lid 4 port 1 (CapMask: 0x5A00)\n').kind).toBe('perfquery')
})
