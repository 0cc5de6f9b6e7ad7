'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, ExternalLink } from 'lucide-react'
import { Time } from '@/components/time/time'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import type { SnapshotContent } from '@/lib/contract/snapshots'
import { PreviewPicture } from './preview-picture'

interface FrozenMadeProps {
  url: string
  handle: string
  expiresAt: string
  content: SnapshotContent
  onClose(): void
}

/** The link that was made. It is shown once: only its digest is kept. */
export function FrozenMade({ url, handle, expiresAt, content, onClose }: FrozenMadeProps) {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => api.call('revokeSnapshot', { params: { handle } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queries.snapshots().queryKey }),
  })
  if (revoke.isSuccess)
    return (
      <div className="flex flex-col gap-3">
        <p role="status">Revoked. The link shows nothing any more.</p>
        <Button className="self-end" onClick={onClose}>
          Done
        </Button>
      </div>
    )
  return (
    <div className="flex flex-col gap-4">
      <p role="status" className="flex items-center gap-2">
        <span className="text-ok">
          <Check size={16} aria-hidden="true" />
        </span>
        <span>
          Copied. It ends <Time at={expiresAt} only="clock" />.
        </span>
      </p>
      <div className="flex items-center gap-1 rounded-md border border-line bg-bg py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 text-sm break-all select-all">{url}</code>
        <CopyButton text={url} what="Frozen link" />
        <a
          href={url}
          target="_blank"
          rel="noopener noreferrer"
          aria-label="Open the frozen page"
          className="grid size-7 place-items-center rounded-md text-muted hover:bg-line-soft hover:text-text"
        >
          <ExternalLink size={14} aria-hidden="true" />
        </a>
      </div>
      <p className="text-sm text-muted">
        It is shown only now: Cairn keeps no more than its digest. Until it ends it is listed under Doctor, “What is
        shared”, and can be revoked there.
      </p>
      <PreviewPicture content={content} />
      {revoke.error && (
        <p role="alert" className="text-sm text-fail">
          Not revoked: {revoke.error.message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button variant="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke it
        </Button>
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  )
}
