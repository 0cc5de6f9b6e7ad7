import { describe, expect, it } from 'vitest'
import { explainPort } from '@/lib/agent/explain/port'
import { plant } from '@/lib/fixtures/secret-corpus'
import { freezeExplained, machinesIn } from './explained'
import { toMarkdown } from './markdown'
import { Masker, maskContent } from './mask'

const AT = '2026-12-01T12:00:00Z'
const PENDING = [
  'Device #1:',
  '----------',
  '',
  'Device type:        ConnectX7',
  'Device:             0000:18:00.0',
  '',
  'Configurations:                              Default         Current         Next Boot',
  '        SRIOV_EN                             True(1)         True(1)         True(1)',
  '*       NUM_OF_VFS                           0               16              8',
  '',
].join('\n')
const log = (host: string) =>
  `${host}:100:130 [0] NCCL INFO NET/IB : No device found.\n${host}:100:130 [0] NCCL INFO Using network Socket\n`
const explain = (...texts: string[]) =>
  explainPort.explain({ captures: texts.map((text, index) => ({ name: `capture-${index}.txt`, text })) })

describe('a frozen explanation', () => {
  it('of one capture: the answer, its line, the fix, what it is; not the rest of it', async () => {
    const { content, removed } = freezeExplained(await explain(`${PENDING}\n${'far away\n'.repeat(40)}`), AT)
    expect(content).toMatchObject({
      kind: 'explain',
      title: 'capture-0.txt: mstconfig / mlxconfig query',
      state: 'fail',
    })
    expect(content.headline).toMatch(/16 now and 8/)
    expect(content.causes[0]?.fix.length).toBeGreaterThan(0)
    expect(content.checks).toMatchObject([{ title: 'pending-vf-count', state: 'fail' }])
    expect(content.excerpt?.lines.filter(({ mark }) => mark).map(({ text }) => text.trim().split(/ +/))).toEqual([
      ['*', 'NUM_OF_VFS', '0', '16', '8'],
    ])
    expect(content.excerpt?.lines.length).toBeLessThanOrEqual(15)
    expect(content.facts).toEqual([{ label: 'capture-0.txt', value: 'mstconfig / mlxconfig query', state: 'fail' }])
    expect(removed.join()).toContain('captures themselves')
  })

  it('of several: what they say together', async () => {
    const { content } = freezeExplained(await explain(log('gpu-a'), PENDING), AT)
    expect(content.title).toBe('2 captures explained')
    expect(content.facts.map(({ label }) => label)).toEqual(['capture-0.txt', 'capture-1.txt'])
    expect(content.checks.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['pending-vf-count', 'no-ib-device']),
    )
  })

  it('of nothing known says so', async () => {
    const { content } = freezeExplained(await explain('lorem ipsum'), AT)
    expect(content).toMatchObject({ title: 'capture-0.txt', state: 'unknown', causes: [], excerpt: null })
    expect(content.facts[0]?.value).toBe('not recognised')
  })

  it('masks the hosts that the captures name', async () => {
    const explained = await explain(log('gpu-a'))
    expect(machinesIn(explained)).toEqual(['gpu-a'])
    const { content } = freezeExplained(explained, AT)
    expect(JSON.stringify(content)).toContain('gpu-a')
    expect(JSON.stringify(maskContent(content, new Masker(machinesIn(explained))))).not.toContain('gpu-a')
  })

  it('holds no credential that stood beside the deciding line (SEC-26)', async () => {
    for (const { text, secret } of plant(1)) {
      const { content } = freezeExplained(
        await explain(PENDING.replace('        SRIOV_EN', `${text}\n        SRIOV_EN`)),
        AT,
      )
      expect(JSON.stringify(content)).not.toContain(JSON.stringify(secret).slice(1, -1))
      expect(toMarkdown(content)).not.toContain(secret)
    }
  })
})
