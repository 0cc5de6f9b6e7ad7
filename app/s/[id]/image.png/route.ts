import { pictureOf } from '@/components/share/pictures'
import { frozen } from '@/lib/web/frozen'

/** The preview image of a frozen link, for chats that unfurl it. Same answer for never, expired and revoked, as on the page. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const page = await frozen((await params).id, 'image')
  const headers = { 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow, noarchive' }
  if (page === null) return new Response('There is no such page\n', { status: 404, headers })
  if (page === 'too-many') return new Response('Try again in a minute\n', { status: 429, headers })
  if (page === 'agent-down') return new Response('The agent does not answer\n', { status: 503, headers })
  return new Response(new Uint8Array(pictureOf(page.content)), { headers: { ...headers, 'content-type': 'image/png' } })
}
