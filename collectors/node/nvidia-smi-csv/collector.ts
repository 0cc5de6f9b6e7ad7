import { type Answer, NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { parseGpuQuery } from '../nvidia-smi-q/parse'
import type { Gpu, GpuFacts } from './facts'
import { failureOf } from './failure'
import { FIND_NVIDIA_SMI } from './find'
import { parseGpuCsv } from './parse'

const FIELDS =
  'index,name,pci.bus_id,driver_version,memory.total,pcie.link.gen.current,pcie.link.gen.max,pcie.link.width.current,pcie.link.width.max,ecc.errors.uncorrected.volatile.total'

/** State of every GPU: the fact `gpus`. */
export default nodeCollector({
  id: 'gpus',
  title: 'GPUs (nvidia-smi)',
  reads: {
    query: {
      via: 'node',
      lane: 'slow',
      script: `${FIND_NVIDIA_SMI}"$s" --query-gpu=${FIELDS} --format=csv\nexit 0`,
      timeoutSec: 60,
    },
    memory: {
      via: 'node',
      lane: 'slow',
      script: `${FIND_NVIDIA_SMI}"$s" -q -d MEMORY\nexit 0`,
      timeoutSec: 60,
      optional: true,
    },
  },
  /** No GPU on the bus: `gpus` is empty without a failure. @throws NotRead when nvidia-smi could not be asked */
  parse({ query, memory }): GpuFacts {
    if (query.text.trim() === 'no-gpu') return { gpus: [], failure: null, attached: 0 }
    const text = textOf(query)
    const failure = failureOf(text.split('\n'))
    const parsed = parseGpuCsv(toCapture(text))
    const gpus = parsed.facts.gpus ?? []
    if (gpus.length === 0 && failure && !/Insufficient Permissions/i.test(failure.line))
      return { gpus: [], failure, attached: null }
    if (parsed.status !== 'ok') throw new NotRead(parsed.status, parsed.reason?.text ?? 'nvidia-smi could not be read')
    const details = memory.text.trim() === '' ? [] : (parseGpuQuery(toCapture(textOf(memory))).facts.gpus ?? [])
    const bar1 = new Map(details.map((each) => [each.pci, each.bar1Mib]))
    return {
      gpus: gpus.map((gpu): Gpu => ({ ...gpu, bar1Mib: bar1.get(gpu.pci) ?? null })),
      failure: null,
      attached: gpus.length,
    }
  },
})

function textOf(answer: Answer): string {
  return `${answer.text}\n${answer.stderr}\n`
}
