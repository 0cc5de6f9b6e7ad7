'use client'

import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Tabs } from 'radix-ui'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { Panel } from '@/components/ui/panel-state'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import type { SnapshotAsked, SnapshotPreview } from '@/lib/contract/snapshots'
import { FrozenMade } from './frozen-made'
import { LeftOut } from './left-out'
import { PreviewPicture } from './preview-picture'
import { SnapshotView } from './snapshot-view'

const EXPIRIES = [
  ['1h', '1 hour'],
  ['1d', '1 day'],
  ['7d', '7 days'],
  ['30d', '30 days'],
] as const
type Expiry = (typeof EXPIRIES)[number][0]

/** Creates a frozen link: shows exactly what a reader will see and what was taken out, then makes and copies the link. */
export function FrozenDialog({ subject, onClose }: { subject: SnapshotAsked; onClose(): void }) {
  const [mask, setMask] = useState(false)
  const [expiresIn, setExpires] = useState<Expiry>('7d')
  const client = useQueryClient()
  const preview = useQuery({
    queryKey: ['snapshot-preview', keyOf(subject), mask],
    queryFn: ({ signal }) => api.call('previewSnapshot', { body: { subject, mask }, signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const create = useMutation({
    mutationFn: (previewId: string) => api.call('createSnapshot', { body: { previewId, expiresIn } }),
    onSuccess: ({ url }) => {
      void copyText(new URL(url, location.origin).href, 'Frozen link')
      void client.invalidateQueries({ queryKey: queries.snapshots().queryKey })
    },
  })
  const made = create.data
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      wide
      title="Frozen link"
      description="A redacted copy of this moment. It needs no sign-in, does not change, and ends by itself."
    >
      {made && preview.data ? (
        <FrozenMade
          url={new URL(made.url, location.origin).href}
          handle={made.handle}
          expiresAt={made.expiresAt}
          content={preview.data.content}
          onClose={onClose}
        />
      ) : (
        <div className="flex flex-col gap-4">
          <Choices mask={mask} onMask={setMask} expiresIn={expiresIn} onExpires={setExpires} />
          <Panel query={preview} what="the preview" lines={9}>
            {(shown) => (
              <>
                <Previews shown={shown} />
                {create.error && (
                  <p role="alert" className="text-sm text-fail">
                    The link was not made: {create.error.message}
                  </p>
                )}
                <div className="flex flex-wrap items-center justify-end gap-2">
                  <span className="mr-auto text-sm text-muted">Whoever has the link can read it.</span>
                  <Button onClick={onClose}>Cancel</Button>
                  <Button
                    variant="primary"
                    // What is shown must be what is made: not while the other copy is still on its way.
                    disabled={create.isPending || preview.isPlaceholderData}
                    onClick={() => create.mutate(shown.previewId)}
                  >
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

/** What tells one preview from another; captures can be megabytes, and the dialog shows one set of them at a time. */
function keyOf(subject: SnapshotAsked): unknown {
  if (subject.kind !== 'explain') return subject
  return subject.captures.map(({ name, text, as }) => [name, text.length, as ?? null])
}

interface ChoicesProps {
  mask: boolean
  onMask(mask: boolean): void
  expiresIn: Expiry
  onExpires(expiresIn: Expiry): void
}

function Choices({ mask, onMask, expiresIn, onExpires }: ChoicesProps) {
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
      <fieldset className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
        <legend className="float-left mr-2.5 text-muted">Ends after</legend>
        <div className="inline-flex rounded-md border border-line bg-bg p-0.5">
          {EXPIRIES.map(([value, label]) => (
            <label
              key={value}
              className="cursor-pointer rounded-[5px] px-2.5 py-1 text-muted has-checked:bg-raised has-checked:font-medium has-checked:text-text has-checked:shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-(--focus)"
            >
              <input
                type="radio"
                name="expires"
                checked={expiresIn === value}
                onChange={() => onExpires(value)}
                className="sr-only"
              />
              {label}
            </label>
          ))}
        </div>
      </fieldset>
      <label className="flex min-h-8 cursor-pointer items-center gap-2 text-sm">
        <input
          type="checkbox"
          checked={mask}
          onChange={(event) => onMask(event.target.checked)}
          className="size-4 accent-accent"
        />
        Replace host names, addresses and GUIDs
      </label>
    </div>
  )
}

const TAB =
  '-mb-px min-h-8 border-b-2 border-transparent px-1 text-sm text-muted hover:text-text data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-text'
const BODY = 'mt-3 h-[46vh] max-sm:h-[34vh] max-sm:p-2.5 overflow-y-auto rounded-lg border border-line bg-bg p-4'

/** The same copy as a reader, a chat and a ticket get it, and what is not in it. */
function Previews({ shown }: { shown: SnapshotPreview }) {
  return (
    <Tabs.Root defaultValue="page">
      <Tabs.List aria-label="Preview as" className="flex gap-5 border-b border-line-soft">
        <Tabs.Trigger value="page" className={TAB}>
          Page
        </Tabs.Trigger>
        <Tabs.Trigger value="chat" className={TAB}>
          In a chat
        </Tabs.Trigger>
        <Tabs.Trigger value="markdown" className={TAB}>
          Markdown
        </Tabs.Trigger>
        <Tabs.Trigger value="removed" className={TAB}>
          Left out <span className="text-faint">{shown.removed.length}</span>
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="page" className={BODY} aria-label="Preview">
        <SnapshotView content={shown.content} />
      </Tabs.Content>
      <Tabs.Content value="chat" className={BODY}>
        <PreviewPicture content={shown.content} />
      </Tabs.Content>
      <Tabs.Content value="markdown" className={BODY}>
        <div className="flex flex-col gap-3">
          <Button className="self-start" onClick={() => void copyText(shown.markdown, 'Markdown')}>
            Copy as Markdown
          </Button>
          <pre className="text-xs whitespace-pre-wrap text-muted">{shown.markdown}</pre>
        </div>
      </Tabs.Content>
      <Tabs.Content value="removed" className={BODY}>
        <LeftOut shown={shown} />
      </Tabs.Content>
    </Tabs.Root>
  )
}
