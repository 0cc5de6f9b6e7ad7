import type { SnapshotContent } from '@/lib/contract/snapshots'
import { encodePng } from '@/lib/web/png'
import { drawPreview } from './preview-drawing'
import { PREVIEW } from './preview-parts'

/** The preview image of a frozen page as PNG. */
export function previewImage(content: SnapshotContent): Buffer {
  return encodePng(PREVIEW.width, PREVIEW.height, drawPreview(content).pixels)
}
