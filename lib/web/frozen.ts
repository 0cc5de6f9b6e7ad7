import { INTERNAL_HOST } from '@/lib/contract/internal-host'
import { type SnapshotContent, snapshotContent } from '@/lib/contract/runs'
import { askAgent, readJson } from './agent-socket'

/** Marks a request as made by the web process itself; the pipe never lets it through from a browser. */
const INTERNAL = { 'x-cairn-internal': 'frozen', accept: 'application/json', host: INTERNAL_HOST }

/** Ids are base62 of at least 128 bits; anything else never existed and is not even asked for (SEC-24). */
const ID = /^[0-9A-Za-z]{22,64}$/

/** Content of a frozen link. Null: expired, revoked or never there, which all look the same (SEC-22). */
export async function frozen(id: string): Promise<SnapshotContent | 'agent-down' | null> {
  if (!ID.test(id)) return null
  try {
    const answer = await askAgent({ method: 'GET', path: `/api/v1/frozen/${id}`, headers: INTERNAL })
    const found = answer.statusCode === 200
    if (!found) {
      answer.resume()
      return answer.statusCode === 404 ? null : 'agent-down'
    }
    return snapshotContent.parse(await readJson(answer))
  } catch (error) {
    console.error('frozen link', error instanceof Error ? error.message : 'failed')
    return 'agent-down'
  }
}
