import { createHash } from 'node:crypto'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { previewImage } from './preview-image'

/** Pictures kept: a link in a busy channel is drawn once, not once per reader (about 60 ms of CPU). */
const MAX_KEPT = 16

const kept = new Map<string, Buffer>()

/** The preview image of a content, drawn or from memory. Who may see it was decided before: nothing is kept by link. */
export function pictureOf(content: SnapshotContent): Buffer {
  const key = createHash('sha256').update(JSON.stringify(content)).digest('hex')
  const known = kept.get(key)
  if (known) return known
  const [oldest] = kept.keys()
  if (kept.size >= MAX_KEPT && oldest !== undefined) kept.delete(oldest)
  const drawn = previewImage(content)
  kept.set(key, drawn)
  return drawn
}
