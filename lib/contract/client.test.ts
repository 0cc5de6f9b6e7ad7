import { describe, expect, it } from 'vitest'
import { createClient } from './client'

const session = { mode: 'tokens', user: 'u', role: 'operator', csrf: 'token-1', expiresAt: '2026-01-01T00:00:00Z' }

function clientOf(answers: Record<string, () => Response>) {
  const calls: { url: string; init?: RequestInit }[] = []
  const client = createClient({
    base: '/api/v1',
    fetch: async (input, init) => {
      calls.push({ url: String(input), init })
      const answer = answers[String(input)]
      if (!answer) throw new TypeError('network')
      return answer()
    },
  })
  return { client, calls }
}

describe('client', () => {
  it('brings the session’s CSRF token with a change, and encodes names', async () => {
    const { client, calls } = clientOf({
      '/api/v1/session': () => Response.json(session),
      '/api/v1/nodes/a%2Fb/verify': () => Response.json({ id: 'v' }),
    })
    await expect(client.call('verify', { params: { name: 'a/b' }, body: {} })).resolves.toEqual({ id: 'v' })
    expect(calls.map((call) => call.url)).toEqual(['/api/v1/session', '/api/v1/nodes/a%2Fb/verify'])
    expect(new Headers(calls[1]?.init?.headers).get('x-cairn-csrf')).toBe('token-1')
  })

  it('speaks the agent’s words when it refuses', async () => {
    const error = { code: 'role', what: 'No', stillWorks: 'Reading', todo: 'Ask', requestId: 'r1' }
    const { client } = clientOf({ '/api/v1/causes': () => Response.json({ error }, { status: 403 }) })
    await expect(client.call('causes')).rejects.toMatchObject({
      status: 403,
      code: 'role',
      what: 'No',
      stillWorks: 'Reading',
      todo: 'Ask',
      requestId: 'r1',
    })
  })

  it.each([
    ['an answer of another shape', () => Response.json({ causes: 'many' }), 200],
    ['a proxy’s page', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 502],
  ])('names %s instead of showing it', async (_, answer, status) => {
    const { client } = clientOf({ '/api/v1/causes': answer })
    await expect(client.call('causes')).rejects.toMatchObject({ code: 'bad-answer', status })
  })

  it('tells no network from an answer', async () => {
    await expect(clientOf({}).client.call('causes')).rejects.toMatchObject({ code: 'offline', status: 0 })
  })
})
