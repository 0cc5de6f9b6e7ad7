import { StateMark } from '@/components/state/state-mark'
import { CopyButton } from '@/components/ui/copy-button'
import type { RunPlan } from '@/lib/contract/runs'
import { band } from './words'

/** What will be applied, exactly, and what the guard says of it. */
export function PlanView({ plan }: { plan: RunPlan }) {
  return (
    <div className="flex flex-col">
      <section aria-labelledby="guard" className="px-4 py-3">
        <h2 id="guard" className="mb-1 text-sm font-semibold">
          Guard
        </h2>
        <ul className="flex flex-col gap-0.5 text-sm">
          {plan.guard.map((entry) => (
            <li key={entry.id}>
              <StateMark state={entry.unknown ? 'unknown' : entry.ok ? 'pass' : 'fail'}>
                <span className="text-text">
                  {entry.text}
                  {!entry.ok && entry.overridable ? ' (an admin may override this)' : ''}
                </span>
              </StateMark>
            </li>
          ))}
        </ul>
      </section>
      {plan.stages.length > 0 && <Stages stages={plan.stages} />}
      <dl className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-3 gap-y-1 border-t border-line-soft px-4 py-3 text-sm">
        {plan.expected && (
          <>
            <dt className="text-muted">Expected</dt>
            <dd>
              <b className="font-mono">{band(plan.expected)} GB/s</b> bus bandwidth{' '}
              <span className="block text-xs text-muted">{plan.expected.reasoning}</span>
            </dd>
          </>
        )}
        <dt className="text-muted">Requests</dt>
        <dd>
          {plan.gpusPerNode > 0 ? `${plan.gpusPerNode} GPUs per pod` : 'No GPU'}, as one {plan.owner}
          {plan.resources.map((resource) => (
            <span key={resource.name} className="block text-xs text-muted">
              {resource.perPod} × <code>{resource.name}</code> ({resource.from})
            </span>
          ))}
        </dd>
        <dt className="text-muted">Namespace</dt>
        <dd>
          <code className="text-xs">{plan.namespace}</code>
        </dd>
        <dt className="text-muted">Image</dt>
        <dd>
          <code className="text-xs break-all">{plan.image}</code>
        </dd>
        <dt className="text-muted">Cannot touch</dt>
        <dd>
          <ul className="list-disc pl-4 text-xs text-muted">
            {plan.limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </dd>
      </dl>
      <Manifest manifest={plan.manifest} hash={plan.hash} />
    </div>
  )
}

/** What a search would do, in order, and what it costs at most. */
function Stages({ stages }: Pick<RunPlan, 'stages'>) {
  return (
    <section aria-labelledby="stages" className="border-t border-line-soft px-4 py-3">
      <h2 id="stages" className="mb-1 text-sm font-semibold">
        Stages
      </h2>
      <ol className="flex list-decimal flex-col gap-1 pl-5 text-sm">
        {stages.map((stage) => (
          <li key={stage.title}>
            <b className="font-medium">{stage.title}</b>{' '}
            <span className="font-mono text-xs text-muted">
              ≤ {stage.runsMax} runs, ≤ {stage.gpuMinutesMax} GPU-minutes
            </span>
            <span className="block text-xs text-muted">{stage.text}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** The YAML, byte for byte, with its hash. */
export function Manifest({ manifest, hash }: { manifest: string; hash: string }) {
  return (
    <section aria-label="Manifest" className="border-t border-line-soft">
      <div className="flex items-center gap-2 py-1 pr-2 pl-4 text-xs text-muted">
        <h2 className="text-sm font-semibold text-text">Manifest</h2>
        <code className="min-w-0 flex-1 truncate" title={hash}>
          sha256 {hash.slice(0, 16)}…
        </code>
        <CopyButton text={manifest} what="Manifest" label="Copy" />
      </div>
      <pre tabIndex={0} className="raw max-h-[46vh] overflow-auto rounded-b-lg border-t border-line-soft px-4 py-2.5">
        {manifest}
      </pre>
    </section>
  )
}
