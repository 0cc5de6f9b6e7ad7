'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Time } from '@/components/time/time'
import { Button } from '@/components/ui/button'
import { CommandLine } from '@/components/ui/command-line'
import { copyText } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { Panel } from '@/components/ui/panel-state'
import { api } from '@/lib/contract/client'
import { SnapshotView } from './snapshot-view'

export type Subject =
  | { kind: 'node'; name: string }
  | { kind: 'cause'; signature: string }
  | { kind: 'run'; id: string }

const EXPIRIES = [
  ['1h', '1 hour'],
  ['1d', '1 day'],
  ['7d', '7 days'],
  ['30d', '30 days'],
] as const

/** Creates a frozen link: shows exactly what a reader will see and what was taken out, then makes and copies the link. */
export function FrozenDialog({ subject, onClose }: { subject: Subject; onClose(): void }) {
  const [mask, setMask] = useState(false)
  const [expiresIn, setExpires] = useState<(typeof EXPIRIES)[number][0]>('7d')
  const preview = useQuery({
    queryKey: ['snapshot-preview', subject, mask],
    queryFn: ({ signal }) => api.call('previewSnapshot', { body: { subject, mask }, signal }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const create = useMutation({
    mutationFn: (previewId: string) => api.call('createSnapshot', { body: { previewId, expiresIn } }),
    onSuccess: ({ url }) => void copyText(new URL(url, location.origin).href, 'Frozen link'),
  })
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      wide
      title="Frozen link"
      description="A copy of this moment. It does not change, needs no sign-in, and ends by itself."
    >
      {create.data ? (
        <div className="flex flex-col gap-3">
          <p className="text-sm">
            Copied. It ends <Time at={create.data.expiresAt} only="clock" />; until then it can be revoked under Doctor,
            “What is shared”.
          </p>
          <CommandLine command={new URL(create.data.url, location.origin).href} what="Frozen link" />
          <Button className="self-end" onClick={onClose}>
            Done
          </Button>
        </div>
      ) : (
        <div className="flex flex-col gap-4">
          <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
            <fieldset className="flex flex-wrap gap-x-4 text-sm">
              <legend className="sr-only">Ends after</legend>
              {EXPIRIES.map(([value, label]) => (
                <label key={value} className="flex min-h-6 items-center gap-1.5">
                  <input
                    type="radio"
                    name="expires"
                    checked={expiresIn === value}
                    onChange={() => setExpires(value)}
                    className="size-4 accent-accent"
                  />
                  {label}
                </label>
              ))}
            </fieldset>
            <label className="flex min-h-6 items-center gap-1.5 text-sm">
              <input
                type="checkbox"
                checked={mask}
                onChange={(event) => setMask(event.target.checked)}
                className="size-4 accent-accent"
              />
              Replace host names, addresses and GUIDs
            </label>
          </div>
          <Panel query={preview} what="the preview">
            {(shown) => (
              <>
                <p className="text-sm text-muted">
                  {shown.removed.length > 0 ? `Left out: ${shown.removed.join(', ')}.` : 'Nothing had to be left out.'}{' '}
                  A reader sees exactly this:
                </p>
                <div
                  tabIndex={0}
                  role="region"
                  aria-label="Preview"
                  className="max-h-[42vh] overflow-y-auto rounded-lg border border-line bg-bg p-4"
                >
                  <SnapshotView content={shown.content} />
                </div>
                <div className="flex justify-end gap-2">
                  <Button onClick={onClose}>Cancel</Button>
                  <Button variant="primary" disabled={create.isPending} onClick={() => create.mutate(shown.previewId)}>
                    {create.isPending ? 'Creating…' : 'Create and copy link'}
                  </Button>
                </div>
              </>
            )}
          </Panel>
        </div>
      )}
    </Dialog>
  )
}
