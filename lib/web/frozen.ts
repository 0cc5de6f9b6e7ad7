import { INTERNAL_HOST } from '@/lib/contract/internal-host'
import { type FrozenPage, frozenPage } from '@/lib/contract/snapshots'
import { askAgent, readJson } from './agent-socket'

/** Marks a request as made by the web process itself; the pipe never lets it through from a browser. */
const INTERNAL = { 'x-cairn-internal': 'frozen', accept: 'application/json', host: INTERNAL_HOST }

/** Ids are base62 of at least 128 bits; anything else never existed and is not even asked for (SEC-24). */
const ID = /^[0-9A-Za-z]{22,64}$/

/**
 * A frozen link's content. Null: expired, revoked or never there, which all look the same (SEC-22).
 * @param purpose `image` is not counted as a view: chats fetch it for everybody who sees the link
 */
export async function frozen(
  id: string,
  purpose: 'page' | 'image',
): Promise<FrozenPage | 'agent-down' | 'too-many' | null> {
  if (!ID.test(id)) return null
  try {
    const answer = await askAgent({ method: 'GET', path: `/api/v1/frozen/${id}?for=${purpose}`, headers: INTERNAL })
    const found = answer.statusCode === 200
    if (!found) {
      answer.resume()
      if (answer.statusCode === 429) return 'too-many'
      return answer.statusCode === 404 ? null : 'agent-down'
    }
    return frozenPage.parse(await readJson(answer))
  } catch (error) {
    console.error('frozen link', error instanceof Error ? error.message : 'failed')
    return 'agent-down'
  }
}
