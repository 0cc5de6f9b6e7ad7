import type { PlanResponse, RdmaTest, RunAlgorithm, RunCollective, RunOptions } from '@/lib/contract/runs'
import { imageWords } from './words'

const COLLECTIVES: Readonly<Record<RunCollective, string>> = {
  all_reduce: 'all-reduce',
  all_gather: 'all-gather',
  reduce_scatter: 'reduce-scatter',
  alltoall: 'all-to-all',
  broadcast: 'broadcast',
  reduce: 'reduce',
  sendrecv: 'send/receive',
}
const ALGORITHMS: Readonly<Record<RunAlgorithm, string>> = {
  auto: 'NCCL decides',
  ring: 'rings only',
  sharp: 'with SHARP',
  'no-sharp': 'without SHARP',
}
const TESTS: Readonly<Record<RdmaTest, readonly [title: string, text: string]>> = {
  'write-bw': ['Bandwidth', 'ib_write_bw, host memory'],
  'write-bw-gpu': ['GPUDirect bandwidth', 'ib_write_bw from the GPU beside each NIC; takes the GPUs'],
  'write-lat': ['Latency', 'ib_write_lat, 8 bytes'],
  rping: ['Connection manager', 'rping over the rail’s address'],
}
const DEFAULT_TESTS: readonly RdmaTest[] = ['write-bw', 'write-lat']

export interface RunOptionsProps {
  options: RunOptions
  choices: PlanResponse['choices'] | undefined
  onChange(changes: Partial<RunOptions>): void
}

/** What can be chosen beyond nodes and preset; the defaults are right for most. */
export function RunOptionFields({ options, choices, onChange }: RunOptionsProps) {
  if (options.preset === 'rdma') return <Tests options={options} choices={choices} onChange={onChange} />
  if (options.preset === 'search') return <ImageField options={options} choices={choices} onChange={onChange} />
  const launcher = options.launcher ?? ''
  return (
    <div className="grid grid-cols-1 gap-x-3 gap-y-2 text-sm sm:grid-cols-3">
      <Field
        label="Collective"
        value={options.collective ?? 'all_reduce'}
        entries={Object.entries(COLLECTIVES)}
        onChange={(value) => onChange({ collective: keyIn(COLLECTIVES, value) })}
      />
      <Field
        label="Algorithm"
        value={options.algorithm ?? 'auto'}
        entries={Object.entries(ALGORITHMS)}
        onChange={(value) => onChange({ algorithm: keyIn(ALGORITHMS, value) })}
      />
      <Field
        label="Launched as"
        value={launcher}
        entries={[
          ['', 'what fits here'],
          ...(choices?.launchers ?? []).map((each): [string, string, boolean] => [each.id, each.text, !each.ok]),
        ]}
        onChange={(value) => onChange({ launcher: value === 'job' || value === 'mpijob' ? value : undefined })}
      />
      <div className="sm:col-span-3">
        <ImageField options={options} choices={choices} onChange={onChange} />
      </div>
    </div>
  )
}

function ImageField({ options, choices, onChange }: RunOptionsProps) {
  if (!choices || choices.images.length < 2) return null
  return (
    <Field
      label="Image"
      value={options.image ?? choices.images[0] ?? ''}
      entries={choices.images.map((image) => [image, imageWords(image)])}
      onChange={(image) => onChange({ image })}
    />
  )
}

function Tests({ options, choices, onChange }: RunOptionsProps) {
  const chosen = options.tests ?? DEFAULT_TESTS
  return (
    <div className="flex flex-col gap-2">
      <fieldset className="grid gap-1.5 sm:grid-cols-2">
        <legend className="sr-only">Tests</legend>
        {(choices?.tests ?? []).map((test) => {
          const on = chosen.includes(test)
          return (
            <label key={test} className="flex min-h-6 cursor-pointer items-start gap-2 text-sm">
              <input
                type="checkbox"
                checked={on}
                disabled={on && chosen.length === 1}
                onChange={() => onChange({ tests: on ? chosen.filter((each) => each !== test) : [...chosen, test] })}
                className="mt-0.5 size-4 shrink-0 accent-accent"
              />
              <span>
                {TESTS[test][0]} <span className="block text-xs text-muted">{TESTS[test][1]}</span>
              </span>
            </label>
          )
        })}
      </fieldset>
      <ImageField options={options} choices={choices} onChange={onChange} />
    </div>
  )
}

interface FieldProps {
  label: string
  value: string
  entries: readonly (readonly [value: string, title: string, disabled?: boolean])[]
  onChange(value: string): void
}

function Field({ label, value, entries, onChange }: FieldProps) {
  return (
    <label className="flex min-w-0 flex-col gap-0.5 text-sm">
      <span className="text-xs text-muted">{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 min-w-0 rounded-md border border-line bg-bg px-2 text-sm text-text"
      >
        {entries.map(([key, title, disabled]) => (
          <option key={key} value={key} disabled={disabled}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}

function keyIn<K extends string>(table: Readonly<Record<K, unknown>>, value: string): K | undefined {
  return (Object.keys(table) as K[]).find((key) => key === value)
}
