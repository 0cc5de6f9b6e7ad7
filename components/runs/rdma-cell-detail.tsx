'use client'

import { useQuery } from '@tanstack/react-query'
import { Panel } from '@/components/ui/panel-state'
import { api } from '@/lib/contract/client'
import type { RdmaCell, Run } from '@/lib/contract/runs'
import { RDMA_TESTS, railTitle } from './rdma-words'

/** One cell in words, and its own section of the run's log. */
export function RdmaCellDetail({ run, cell }: { run: Run; cell: RdmaCell }) {
  const rail = railTitle(run.matrix?.rails[cell.rail] ?? `${cell.rail}`)
  return (
    <div className="border-t border-line-soft" aria-live="polite">
      <div className="px-3.5 py-2.5 text-sm">
        <h3 className="font-semibold">
          {RDMA_TESTS[cell.test].title}, rail {rail}, <span className="font-mono">{`${cell.from} → ${cell.to}`}</span>
        </h3>
        <p>{cell.summary}</p>
        {(cell.device !== null || cell.gpu !== null) && (
          <p className="text-muted">
            {cell.device !== null && `HCA ${cell.device} of ${cell.from}`}
            {cell.gpu !== null && `, GPU ${cell.gpu} under the same PCIe switch`}
          </p>
        )}
      </div>
      {cell.logFrom !== null && <Section id={run.id} from={cell.logFrom} lines={cell.logLines} />}
    </div>
  )
}

function Section({ id, from, lines }: { id: string; from: number; lines: number }) {
  const query = useQuery({
    queryKey: ['run-log-section', id, from],
    queryFn: ({ signal }) => api.call('runLog', { params: { id }, query: { after: String(from) }, signal }),
    // A section never changes.
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Panel query={query} what="what the tools printed">
      {(page) => {
        const shown = page.lines.slice(0, lines)
        return shown.length === 0 ? (
          <p className="px-3.5 pb-3 text-sm text-muted">The log is not kept so far.</p>
        ) : (
          <section
            tabIndex={0}
            aria-label="What the tools printed"
            className="raw max-h-72 overflow-auto px-3.5 py-2 text-xs whitespace-pre"
          >
            {shown.join('\n')}
          </section>
        )
      }}
    </Panel>
  )
}
