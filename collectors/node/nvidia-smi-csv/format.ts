import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, format } from '@/lib/format'
import { failureFact, lostGpu } from './failure'
import { type GpuCsvFacts, headerOf, isBareRow, parseGpuCsv } from './parse'

/** Output of `nvidia-smi --query-gpu=… --format=csv`. */
export default format({
  kind: 'nvidia-smi-csv',
  title: 'nvidia-smi --query-gpu (CSV)',
  recognise({ lines }: Capture) {
    const head = withoutLogPrefix(lines.slice(0, 500))
    if (head.some((line) => headerOf(line) !== null)) return 95
    if (head.some(isBareRow)) return 70
    if (head.some((line) => /^Field "[\w.]{1,100}" is not a valid field to query/.test(line))) return 70
    return head.some((line) => lostGpu(line) !== null) ? 65 : 0
  },
  parse: parseGpuCsv,
  provides: (facts: GpuCsvFacts) => ({
    gpus: {
      gpus: facts.gpus,
      failure: facts.gpus.length === 0 ? { code: 'no-devices', line: 'No devices were found' } : null,
      attached: null,
    },
  }),
  evidence: (parsed) => failureFact(parsed),
})
