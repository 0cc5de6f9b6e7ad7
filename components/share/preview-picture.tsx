'use client'

import { useEffect, useRef } from 'react'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { drawPreview } from './preview-drawing'
import { PREVIEW } from './preview-parts'

/** The picture that chats show of a frozen link, drawn here by the code that draws it there; with title and sentence as chats place them. */
export function PreviewPicture({ content }: { content: SnapshotContent }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const { pixels } = drawPreview(content)
    const image = context.createImageData(PREVIEW.width, PREVIEW.height)
    for (let at = 0, to = 0; at < pixels.length; at += 3, to += 4) {
      image.data[to] = pixels[at] ?? 0
      image.data[to + 1] = pixels[at + 1] ?? 0
      image.data[to + 2] = pixels[at + 2] ?? 0
      image.data[to + 3] = 255
    }
    context.putImageData(image, 0, 0)
  }, [content])
  return (
    <figure className="mx-auto max-w-xl border-l-4 border-accent pl-3.5">
      <figcaption className="text-sm">
        <span className="block text-xs text-muted">Cairn</span>
        <b className="block text-accent">{content.title}</b>
        <span className="line-clamp-2">{content.headline}</span>
      </figcaption>
      <canvas
        ref={canvas}
        width={PREVIEW.width}
        height={PREVIEW.height}
        role="img"
        aria-label={`Picture for chats: ${content.title}, ${content.headline}`}
        className="mt-2 h-auto w-full rounded-md border border-line"
      />
    </figure>
  )
}
