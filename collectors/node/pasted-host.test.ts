import { describe, expect, test } from 'vitest'
import { explain } from '@/lib/explain/explain'
import { SEEDS } from '@/lib/explain/fuzz-seeds'
import { knowledge } from '@/lib/explain/knowledge'

const HOST_KINDS = [
  'lspci',
  'dmesg',
  'proc',
  'versions',
  'kubelet',
  'nvidia-smi-topo',
  'nvidia-smi-q',
  'nvidia-smi-csv',
]

const each = (change: (line: string, at: number) => string) => (text: string) =>
  text
    .split(/(?<=\n)/)
    .map(change)
    .join('')

/** What happens to a capture between a terminal and whoever reads it; none of it changes what the tool said. */
const WAYS: readonly [string, (text: string) => string][] = [
  ['indented by spaces', each((line) => `    ${line}`)],
  ['indented by tabs', each((line) => `\t${line}`)],
  ['padded to the width of a terminal', each((line) => line.replace('\n', '   \n'))],
  ['Windows line ends', (text) => text.replaceAll('\n', '\r\n')],
  ['quoted', each((line) => `> ${line}`)],
  ['numbered', each((line, at) => `${String(at + 1).padStart(6)}\t${line}`)],
  ['from a pod log', each((line) => `2026-11-21T14:09:57.057945775Z ${line}`)],
  ['from a pod log with its name', each((line) => `[pod/debug-x/shell] ${line}`)],
  [
    'in a ticket',
    (text) => `This is what the node says:\n\n\`\`\`console\n$ some command\n${text}\`\`\`\n\nCan you help?\n`,
  ],
  ['in a shell', (text) => `[root@gpu-01 ~]# some-command\n${text}[root@gpu-01 ~]# \n`],
  [
    'below what ssh says',
    (text) => `Warning: Permanently added 'gpu-01' (ED25519) to the list of known hosts.\n${text}`,
  ],
  ['from Ansible', (text) => `gpu-01 | CHANGED | rc=0 >>\n${text}`],
]

describe.each(HOST_KINDS)('%s', (kind) => {
  const text = SEEDS[kind] ?? ''
  const plain = explain('a', text, knowledge).answer
  test.each(WAYS)('%s', (_, way) => {
    const { answer } = explain('a', way(text), knowledge)
    expect({ kind: answer.kind, status: answer.status, facts: answer.facts }).toEqual({
      kind,
      status: 'ok',
      facts: plain.facts,
    })
  })
})

test('a Kubelet file indented below a sentence is read, and a command line behind a host’s name is not mixed with it', () => {
  const file = '    kind: KubeletConfiguration\n    cpuManagerPolicy: static\n    topologyManagerPolicy: restricted\n'
  expect(explain('a', `On gpu-01:\n${file}`, knowledge).answer).toMatchObject({
    kind: 'kubelet',
    facts: { cpuManagerPolicy: 'static', topologyManagerPolicy: 'restricted' },
  })
  const torn = 'gpu-01: BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro intel_iommu=o\ngpu-01: n iommu=pt\n'
  expect(explain('a', torn, knowledge).answer).toMatchObject({ kind: 'proc', facts: { cmdline: { intelIommu: 'on' } } })
})
