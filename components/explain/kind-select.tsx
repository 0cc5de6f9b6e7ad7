import type { ExplainResponse } from '@/lib/contract/api'
import type { CaptureData } from '@/lib/explain/answer'

interface KindSelectProps {
  capture: CaptureData
  kinds: ExplainResponse['kinds']
  onKind(kind: string): void
}

/** What a capture was taken for, to be corrected: likely kinds first, then all. */
export function KindSelect({ capture, kinds, onKind }: KindSelectProps) {
  const likely = capture.candidates.map((candidate) => candidate.kind)
  const others = kinds.filter(({ kind }) => !likely.includes(kind))
  const isListed = capture.kind !== null && [...likely, ...others.map(({ kind }) => kind)].includes(capture.kind)
  return (
    <label className="flex items-center gap-1.5 text-sm text-muted">
      read as
      <select
        value={capture.kind ?? ''}
        onChange={(event) => onKind(event.target.value)}
        className="h-7 max-w-60 rounded-md border border-line bg-raised px-1.5 text-sm text-text"
      >
        {capture.kind === null && <option value="">not recognised</option>}
        {capture.kind !== null && !isListed && <option value={capture.kind}>{capture.kind}</option>}
        {capture.candidates.map(({ kind, title }) => (
          <option key={kind} value={kind}>
            {title}
          </option>
        ))}
        {others.length > 0 && (
          <optgroup label="Other kinds">
            {others.map(({ kind, title }) => (
              <option key={kind} value={kind}>
                {title}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  )
}
