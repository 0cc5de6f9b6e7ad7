import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLabApi } from '@/e2e/lab/kube/api'
import type { LabApi } from '@/e2e/lab/kube/types'
import { pod, until, withFolder } from './testing'
import { createKubeTransport } from './transport'
import type { KubeTransport } from './types'

describe('pod logs', () => {
  let api: LabApi
  let transport: KubeTransport

  beforeAll(async () => {
    api = await createLabApi({
      objects: [pod('a', 'p', 'n1')],
      logs: { 'a/p/main': ['one', 'two', 'dréi ⚙', '{"kind":"Status"}'] },
    })
    transport = await withFolder((_, write) =>
      createKubeTransport({ kind: 'kubeconfig', path: write('config', api.kubeconfig()) }),
    )
  })
  afterAll(async () => {
    await transport.close()
    await api.close()
  })

  it('reads the tail, the previous life, and says when a cap cut it', async () => {
    expect(await transport.log('a', 'p', { tailLines: 2 })).toMatchObject({
      status: 'ok',
      exitCode: 200,
      text: 'dréi ⚙\n{"kind":"Status"}\n',
      cut: false,
    })
    expect(await transport.log('a', 'p', { previous: true })).toMatchObject({
      status: 'absent',
      reason: expect.stringContaining('previous terminated container'),
    })
    api.setPreviousLog('a', 'p', 'main', ['before'])
    expect(await transport.log('a', 'p', { previous: true })).toMatchObject({ status: 'ok', text: 'before\n' })
    // The cap falls into the two bytes of é: the half character is not kept.
    expect(await transport.log('a', 'p', { maxBytes: 11 })).toMatchObject({
      status: 'ok',
      cut: true,
      text: 'one\ntwo\ndr',
    })
  })

  it('follows until the container ends, and stops when asked', async () => {
    let seen = ''
    const end = transport.followLog(
      'a',
      'p',
      { tailLines: 1 },
      (text) => {
        seen += text
      },
      new AbortController().signal,
    )
    await until('start', () => seen !== '')
    api.appendLog('a', 'p', 'main', ['more', 'ünd more'])
    await until('more', () => seen.endsWith('ünd more\n'))
    const stopping = new AbortController()
    const aborted = transport.followLog('a', 'p', {}, () => stopping.abort(), stopping.signal)
    expect(await aborted).toEqual({ ended: 'aborted' })
    api.endLog('a', 'p', 'main')
    expect(await end).toEqual({ ended: 'complete' })
  })

  it('a log that breaks off is an error, not an end', async () => {
    api.apply(pod('a', 'q', 'n1'))
    api.appendLog('a', 'q', 'main', ['x'])
    const end = transport.followLog(
      'a',
      'q',
      {},
      () => setTimeout(() => void api.close(), 20),
      new AbortController().signal,
    )
    expect(await end).toMatchObject({ ended: 'error', reason: expect.stringContaining('broke') })
  })
})
