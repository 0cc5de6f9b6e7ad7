'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMayOperate } from '@/components/shell/session'
import { Time } from '@/components/time/time'
import { Button } from '@/components/ui/button'
import { Panel } from '@/components/ui/panel-state'
import { toast } from '@/components/ui/toast'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'

/** Frozen links that can still be opened, and how to end them. */
export function SharedList() {
  const query = useQuery(queries.snapshots())
  const client = useQueryClient()
  const may = useMayOperate()
  const revoke = useMutation({
    mutationFn: (handle: string) => api.call('revokeSnapshot', { params: { handle } }),
    onSuccess: () => {
      toast('Revoked: the link leads nowhere now')
      void client.invalidateQueries({ queryKey: ['snapshots'] })
    },
  })
  return (
    <section aria-labelledby="shared" className="panel mb-3">
      <div className="panel-head">
        <h2 id="shared" className="text-base font-semibold">
          What is shared
        </h2>
        <span className="text-sm text-muted">frozen links</span>
      </div>
      <Panel query={query} what="frozen links" lines={2}>
        {({ snapshots }) =>
          snapshots.length === 0 ? (
            <p className="px-3.5 py-3 text-sm text-muted">Nothing.</p>
          ) : (
            <ul>
              {snapshots.map((snapshot) => (
                <li
                  key={snapshot.handle}
                  className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line-soft px-3.5 py-2 text-sm last:border-0"
                >
                  <span className="min-w-40 flex-1">
                    {snapshot.title}
                    <span className="block text-xs text-muted">
                      by {snapshot.by}, <Time at={snapshot.createdAt} only="age" />; ends{' '}
                      <Time at={snapshot.expiresAt} only="clock" />; opened {snapshot.views}{' '}
                      {snapshot.views === 1 ? 'time' : 'times'}
                    </span>
                  </span>
                  <Button
                    variant="danger"
                    disabled={!may || revoke.isPending}
                    onClick={() => revoke.mutate(snapshot.handle)}
                    aria-label={`Revoke ${snapshot.title}`}
                  >
                    Revoke
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Panel>
    </section>
  )
}
