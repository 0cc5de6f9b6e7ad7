import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawPreview } from '@/components/share/preview-drawing'
import { node, run } from '@/lib/agent/http/fixtures/running-agent'
import type { CausePage } from '@/lib/contract/api'
import type { Run } from '@/lib/contract/runs'
import { snapshotContent } from '@/lib/contract/snapshots'
import { plant } from '@/lib/fixtures/secret-corpus'
import type { JudgedCheck } from '@/lib/report'
import { freezeCause, freezeNode, freezeRun } from './content'
import { MAX_MARKDOWN_LINES, toMarkdown } from './markdown'
import { Masker, maskContent } from './mask'

const AT = '2026-11-21T12:00:00Z'

/** A check that carries a text in every place that a frozen page copies from. */
function failing(text: string): JudgedCheck {
  const [base] = node.report.checks
  if (!base) throw new Error('the fixture has no check')
  return {
    ...base,
    title: text,
    summary: text,
    findings: [{ subject: text, status: 'fail', summary: text }],
    evidence: [
      { kind: 'value', label: text, value: text, expected: text, source: text, ok: false },
      { kind: 'lines', title: text, source: text, lines: [{ text, mark: true }] },
      { kind: 'table', title: text, columns: [text], rows: [{ cells: [text], deviates: true }] },
    ],
  }
}

function nodeWith(text: string) {
  const steps = [{ text, command: text, risk: 'none' as const, verify: text }]
  const cause = { id: 'x', signature: 'x', title: text, level: 'vfs' as const, scope: 'node' as const, summary: text }
  return {
    ...node,
    report: {
      ...node.report,
      node: text,
      headline: text,
      levels: node.report.levels.map((level) => ({ ...level, line: text, title: text })),
      checks: [failing(text)],
      causes: [{ ...cause, explains: ['missing-vfs'], fix: steps, params: {} }],
    },
    facts: [{ label: text, value: text }],
  }
}

function causeWith(text: string): CausePage {
  return {
    cause: {
      signature: 'x',
      id: 'x',
      title: text,
      level: 'vfs',
      scope: 'node',
      summary: text,
      nodeCount: 1,
      headlineCount: 1,
      since: text,
    },
    why: text,
    refs: [],
    fix: [{ text, command: text, risk: 'none' }],
    nodes: [{ name: text, state: 'fail', firstBroken: 'vfs', headline: text, readAt: null }],
    inCommon: [{ attribute: text, value: text, here: 1, hereOf: 1, there: 0, thereOf: 1 }],
  }
}

const matrixWith = (text: string): NonNullable<Run['matrix']> => ({
  rails: [text],
  tests: ['write-bw'],
  cells: [
    {
      test: 'write-bw',
      from: text,
      to: text,
      rail: 0,
      device: text,
      gpu: null,
      status: 'fail',
      bandwidthGbps: 1,
      latencyUsec: null,
      logFrom: null,
      logLines: 0,
      summary: text,
    },
  ],
})

const searchWith = (text: string): NonNullable<Run['search']> => ({
  of: null,
  stages: [{ id: 's', title: text, state: 'done', text }],
  runs: [{ id: 'r', stage: 's', nodes: [text], rail: text, state: 'failed', busbwGBps: 1, share: 0.5, status: 'fail' }],
  suspects: [{ node: text, rail: text, strength: 'proved', evidence: [text] }],
  gpuMinutesSpent: 1,
  gpuMinutesMax: 1,
})

const runWith = (text: string) =>
  freezeRun(
    {
      ...run,
      title: text,
      sentence: text,
      firstError: text,
      nodes: [text],
      facts: [{ label: text, value: text, state: 'ok' }],
      expected: { busbwGBpsLow: 1, busbwGBpsHigh: 2, reasoning: text },
      rows: [
        { sizeBytes: 8, timeUsec: 1, algbwGBps: 1, busbwGBps: 1, wrong: 0, inPlaceBusbwGBps: null },
        { sizeBytes: 16, timeUsec: 1, algbwGBps: 1, busbwGBps: 2, wrong: 0, inPlaceBusbwGBps: null },
      ],
      matrix: matrixWith(text),
      search: searchWith(text),
    },
    AT,
  )

describe('no credential of the SEC-26 corpus gets in, from any field of any page', () => {
  for (const { name, text, secret } of plant(1)) {
    it(name, () => {
      for (const frozen of [
        freezeNode(nodeWith(text), AT),
        freezeCause(causeWith(text), AT),
        runWith(text),
        { content: maskContent(freezeNode(nodeWith(text), AT).content, new Masker([text])), removed: [] },
      ]) {
        const inside = JSON.stringify(secret).slice(1, -1)
        expect(JSON.stringify(frozen.content)).not.toContain(inside)
        expect(toMarkdown(frozen.content)).not.toContain(secret)
      }
      expect(freezeNode(nodeWith(text), AT).removed.join()).toContain('Credentials (')
    })
  }
})

describe('masking', () => {
  const masker = () => new Masker(['dgx030', 'dgx030-b', 'dgx031.example.net'])

  it('names equal things equally, and longer names first', () => {
    const text = masker().text(
      'dgx030 dgx030-b dgx030.example.net DGX031.example.net dgx0301 10.0.0.1 10.0.0.1/24 10.0.0.2 fe80::1ff:fe23:4567:890a',
    )
    expect(text).toBe('node-1 node-2 node-1 node-3 dgx0301 ip-1 ip-1/24 ip-2 ip-3')
  })

  it('finds names inside others, and the short form of a full name', () => {
    const m = masker()
    expect(m.text('ipmitool -H dgx030-bmc; pod sriov-dgx030-x7f; /var/log/dgx030_old; dgx031: up')).toBe(
      'ipmitool -H node-1-bmc; pod sriov-node-1-x7f; /var/log/node-1_old; node-2: up',
    )
    expect(m.text('sw01.example.net and head01')).toBe('host-1 and head01')
    expect(new Masker(['dgx030'], ['head01', 'k8s.corp.example']).text('via head01 to k8s.corp.example:6443')).toBe(
      'via host-1 to host-2:6443',
    )
  })

  it('takes hosts out of addresses and private registries, and leaves those of the world', () => {
    expect(
      new Masker([]).text(
        'https://grafana.corp.example/d/1 registry.corp.example:5000/nccl/tests:2.28 nvcr.io/nvidia/pytorch:26.01 nvidia.com/gpu: 8 sriovnetwork.openshift.io/v1',
      ),
    ).toBe(
      'https://host-1/d/1 host-2:5000/nccl/tests:2.28 nvcr.io/nvidia/pytorch:26.01 nvidia.com/gpu: 8 sriovnetwork.openshift.io/v1',
    )
  })

  it('takes every form of a GUID and MAC, and leaves PCI addresses, times, versions and digests', () => {
    const m = masker()
    expect(
      m.text('0xa088c20300e7a8b2 a088c20300e7a8b2 a088:c203:00e7:a8b2 a0:88:c2:03:00:e7:a8:b2 a0:88:c2:e7:a8:b2'),
    ).toBe('guid-1 guid-1 guid-1 guid-1 mac-1')
    expect(
      m.text(
        '00:00:10:29:fe:80:00:00:00:00:00:00:a0:88:c2:03:00:e7:a8:b2 a0-88-c2-e7-a8-b2 a088.c2e7.a8b2 0xa088c2e7a8b2',
      ),
    ).toBe('guid-1 mac-1 mac-1 mac-1')
    expect(m.text('GPU-1f2e3d4c-aaaa-bbbb-cccc-0123456789ab 1F2E3D4C-aaaa-bbbb-cccc-0123456789ab')).toBe(
      'uuid-1 uuid-2',
    )
    const kept =
      '0000:1a:00.0 12:30:45 28.43.1014 2026-11-21T12:00:00Z sha256:0123456789abcdef0123456789abcdef mlx5_0 0x15b3 OFED-internal-24.10-0.7.0.0'
    expect(m.text(kept)).toBe(kept)
    expect(m.text('10.0.0.1-10.0.0.9')).toBe('ip-1-ip-2')
  })

  it('leaves no name in any text of a page, its picture, or its Markdown', () => {
    const masked = maskContent(freezeNode(node, AT).content, new Masker(['dgx030.example.net']))
    const all = JSON.stringify(masked) + toMarkdown(masked)
    expect(all).not.toMatch(/dgx030|example\.net|10\.20|a0:?88/)
    expect(all).toContain('node-1')
    // The picture has no text but the content's: the same content gives the same pixels, another name other ones.
    const again = drawPreview({ ...masked })
    expect(Buffer.compare(drawPreview(masked).pixels, again.pixels)).toBe(0)
    expect(Buffer.compare(drawPreview({ ...masked, title: 'node-2' }).pixels, again.pixels)).not.toBe(0)
  })

  it('tells who shares which pseudonym stands for what', () => {
    const m = masker()
    m.text('dgx030 and 10.0.0.1')
    expect(m.pairs()).toEqual([
      { from: 'dgx030', to: 'node-1' },
      { from: '10.0.0.1', to: 'ip-1' },
    ])
    expect(m.replaced()).toEqual(['1 node name (now node-1)', '1 IP address (now ip-1)'])
  })
})

describe('frozen content', () => {
  it('holds only allow-listed keys, and no credential (P-17)', () => {
    const frozen = freezeNode(node, AT)
    expect(snapshotContent.strict().safeParse(frozen.content).success).toBe(true)
    expect(JSON.stringify(frozen.content)).not.toMatch(/Sn4pshotCanary|secret-boot-id|10\.20\.30\.40"/)
    expect(JSON.stringify(freezeRun(run, AT).content)).not.toMatch(/cairn-runs|local/)
    const facts = [...node.facts, { label: 'boot id', value: 'b2000001-0000-4000-8000-000000000030' }]
    expect(freezeNode({ ...node, facts }, AT).content.facts).toEqual([{ label: 'Kernel', value: '6.8.0', state: null }])
  })

  it('holds nothing of Cairn itself, and no environment but what the page is about (SEC-26)', () => {
    const own = {
      paths: ['/etc/cairn/reader.kubeconfig', '/home/ops/.ssh/id_ed25519'],
      servers: ['k8s.corp.example:6443', 'k8s.corp.example'],
      users: ['cairn'],
    }
    const content = (headline: string) =>
      freezeNode({ ...node, report: { ...node.report, headline } }, AT, own).content.headline
    for (const [said, left] of [
      ['ssh cairn@dgx030 with /home/ops/.ssh/id_ed25519', 'ssh [removed:user]@dgx030 with [removed:path]'],
      ['The API server k8s.corp.example:6443 refuses', 'The API server [removed:API server] refuses'],
      ['GET https://k8s.corp.example:6443/api', 'GET [removed:API server]/api'],
      ['kubectl --kubeconfig /root/.kube/config get pods', 'kubectl --kubeconfig [removed:path] get pods'],
      ['server: https://10.1.2.3:6443', 'server: [removed:API server]'],
      ['ssh -i /keys/id_rsa dgx030', 'ssh -i [removed:path] dgx030'],
      ['WANDB_PROJECT=moonshot HOME=/home/mara x', 'WANDB_PROJECT=[removed:environment] HOME=[removed:environment] x'],
      ['env: [{name: WANDB_PROJECT, value: moonshot}]', 'env: [{name: WANDB_PROJECT, value: [removed:environment]}]'],
      ['Cairn reads cairn-runs', 'Cairn reads cairn-runs'],
      [
        'NCCL_IB_HCA=mlx5_0 UCX_TLS=rc PCIDEVICE_X=0000:1a:00.0',
        'NCCL_IB_HCA=mlx5_0 UCX_TLS=rc PCIDEVICE_X=0000:1a:00.0',
      ],
      ['NUM_OF_VFS=16 FOO_LIMIT=8 SRIOV_EN=True(1)', 'NUM_OF_VFS=16 FOO_LIMIT=8 SRIOV_EN=True(1)'],
    ])
      expect(content(said ?? '')).toBe(left)
  })

  it('copies what decided: values, lines around the mark, deviating rows first', () => {
    const check = failing('x')
    const lines = Array.from({ length: 40 }, (_, at) => ({ text: `line ${at}`, ...(at === 20 ? { mark: true } : {}) }))
    const rows = [{ cells: ['fine'] }, { cells: ['bad', null], deviates: true }]
    const report = {
      ...node.report,
      checks: [
        {
          ...check,
          evidence: [
            { kind: 'lines' as const, title: 't', source: 's', lines },
            { kind: 'table' as const, title: 't', columns: ['a', 'b'], rows },
          ],
        },
      ],
    }
    const { content } = freezeNode({ ...node, report }, AT)
    expect(content.excerpt?.lines).toHaveLength(15)
    expect(content.excerpt?.lines[4]).toEqual({ text: 'line 20', mark: true })
    expect(content.tables[0]?.rows[0]?.cells).toEqual([
      { text: 'bad', state: 'fail' },
      { text: '–', state: null },
    ])
  })

  it('cuts nothing before credentials are taken out: half of one looks like none', () => {
    const line = `${'x '.repeat(140)}password=${'S3cret'.repeat(10)}`
    expect(line.indexOf('S3cret')).toBeLessThan(300)
    const report = { ...node.report, checks: [{ ...failing('x'), evidence: [] }] }
    const evidence = [
      { kind: 'lines' as const, title: 't', source: 's', lines: [{ text: `${line} ghp_${'a1B2'.repeat(9)}` }] },
    ]
    const { content } = freezeNode({ ...node, report: { ...report, checks: [{ ...failing('x'), evidence }] } }, AT)
    expect(content.excerpt?.lines[0]?.text).not.toContain('S3c')
    const jwt = `${'x '.repeat(140)}eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlIn0.c2ln`
    const cut = [{ kind: 'lines' as const, title: 't', source: 's', lines: [{ text: jwt }] }]
    const half = freezeNode({ ...node, report: { ...report, checks: [{ ...failing('x'), evidence: cut }] } }, AT)
    expect(JSON.stringify(half.content)).not.toContain('eyJ')
  })

  it('copies the matrix of pairs and what a search found', () => {
    const cell = (from: string, rail: number, bandwidthGbps: number | null, status: 'pass' | 'fail' | 'waiting') => ({
      test: 'write-bw' as const,
      from,
      to: 'b',
      rail,
      device: null,
      gpu: null,
      status,
      bandwidthGbps,
      latencyUsec: null,
      logFrom: null,
      logLines: 0,
      summary: '',
    })
    const matrix: NonNullable<Run['matrix']> = {
      rails: ['nvidia.com/rail_0', 'nvidia.com/rail_1', 'nvidia.com/rail_2'],
      tests: ['write-bw', 'rping'],
      cells: [cell('a', 0, 393.14, 'pass'), cell('a', 1, 86.2, 'fail')],
    }
    const { content } = freezeRun({ ...run, matrix, search: { ...searchWith('n'), runs: [] } }, AT)
    expect(content.tables.map((table) => table.title)).toEqual(['Suspects', 'ib_write_bw from host memory, Gb/s'])
    expect(content.tables[0]?.rows[0]?.cells).toEqual([
      { text: 'n, n (proved)', state: 'fail' },
      { text: 'n', state: null },
    ])
    expect(content.tables[1]).toEqual({
      title: 'ib_write_bw from host memory, Gb/s',
      columns: ['Pair', 'rail_0', 'rail_1', 'rail_2'],
      rows: [
        {
          cells: [
            { text: 'a → b', state: null },
            { text: '393.1', state: 'pass' },
            { text: '86.20', state: 'fail' },
            { text: '', state: 'not-proved' },
          ],
        },
      ],
      more: 0,
    })
  })

  it('reads what older versions kept', () => {
    const { values, excerpt, tables, expected, ...old } = freezeNode(node, AT).content
    const facts = old.facts.map(({ label, value }) => ({ label, value }))
    const read = snapshotContent.parse({ ...old, facts })
    expect(read).toMatchObject({ values: [], excerpt: null, tables: [], expected: null })
    expect(read.facts[0]?.state).toBeNull()
    expect([values, excerpt, tables, expected]).toEqual([[], null, [], null])
  })

  it('fits a ticket, whatever the texts are, and no text leaves its place', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 200 }), (texts) => {
        const [text = ''] = texts
        const { content } = freezeNode(nodeWith(text), AT)
        const facts = Array.from({ length: 90 }, (_, at) => ({
          label: 'x\n# y',
          value: texts[at % texts.length] ?? '',
          state: null,
        }))
        const hostile = { ...content, facts }
        const lines = toMarkdown(hostile, 'https://x.example/').trimEnd().split('\n')
        expect(lines.length).toBeLessThanOrEqual(MAX_MARKDOWN_LINES)
        const fenced = lines.filter((line) => line.startsWith('```')).length
        expect(fenced % 2).toBe(0)
        expect(lines.slice(1).some((line) => /^\s*(#{1,2} |<|!\[)/.test(line))).toBe(false)
        expect(lines.at(-1)).toBe('https://x.example/')
      }),
      { numRuns: 200 },
    )
  })
})
