import { StateIcon } from '@/components/state/state-mark'
import { Time } from '@/components/time/time'
import type { Run } from '@/lib/contract/runs'

const SHOWN = { ok: 'pass', warn: 'warn', fail: 'fail', unknown: 'unknown' } as const

/** What NCCL said: transport, HCAs, GPUDirect, SHARP, versions. */
export function RunFacts({ run }: { run: Run }) {
  return (
    <section aria-labelledby="run-facts" className="panel">
      <div className="panel-head">
        <h2 id="run-facts" className="text-base font-semibold">
          {run.kind === 'rdma' ? 'What the tools said' : 'What NCCL said'}
        </h2>
      </div>
      {run.facts.length === 0 && <p className="px-3.5 pt-3 text-sm text-muted">Nothing yet.</p>}
      <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-3.5 py-3 text-sm">
        {run.facts.map((fact) => (
          <div key={fact.label} className="contents">
            <dt className="text-muted">{fact.label}</dt>
            <dd data-verdict={SHOWN[fact.state]} className="flex items-start gap-1.5">
              <span className="mt-0.5 text-state">
                <StateIcon state={SHOWN[fact.state]} size={13} />
              </span>
              <span>{fact.value}</span>
            </dd>
          </div>
        ))}
        <dt className="text-muted">Started by</dt>
        <dd>
          {run.by}, <Time at={run.createdAt} only="clock" />
        </dd>
        <dt className="text-muted">Manifest</dt>
        <dd>
          <code className="text-xs">sha256 {run.hash.slice(0, 12)}…</code>
        </dd>
      </dl>
    </section>
  )
}
