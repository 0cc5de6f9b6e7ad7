import type { RunOptions } from '@/lib/contract/runs'

const PRESETS: readonly { id: RunOptions['preset']; title: string; text: string }[] = [
  { id: 'nccl-1-node', title: 'One node', text: 'NCCL over NVLink inside it' },
  { id: 'nccl-2-nodes', title: 'Two nodes', text: 'NCCL over the fabric between them' },
  { id: 'nccl-n-nodes', title: 'More nodes', text: 'NCCL over a rack or a job’s worth' },
  { id: 'rdma', title: 'RDMA, rail by rail', text: 'ib_write_bw, latency, rping: a matrix' },
  { id: 'search', title: 'Find the bad node', text: 'alone, in pairs, by rail: who spoils it' },
]

/** What to measure. */
export function PresetPicker({
  preset,
  onChoose,
}: {
  preset: RunOptions['preset']
  onChoose(preset: RunOptions['preset']): void
}) {
  return (
    <fieldset>
      <legend className="sr-only">What to measure</legend>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-6">
        {PRESETS.map((entry, index) => (
          <label
            key={entry.id}
            className={`flex cursor-pointer items-start gap-2 rounded-md border border-line px-2.5 py-2 has-checked:border-accent has-checked:bg-running-bg ${index < 3 ? 'sm:col-span-2' : 'sm:col-span-3'} last:max-sm:col-span-2`}
          >
            <input
              type="radio"
              name="preset"
              checked={preset === entry.id}
              onChange={() => onChoose(entry.id)}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span className="text-sm">
              <span className="block font-medium">{entry.title}</span>
              <span className="text-xs text-muted">{entry.text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
