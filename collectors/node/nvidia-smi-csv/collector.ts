import { type Answer, NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { parseGpuQuery } from '../nvidia-smi-q/parse'
import type { Gpu, GpuFacts } from './facts'
import { failureOf } from './failure'
import { parseGpuCsv } from './parse'

/** No GPU on the bus: nothing to ask. nvidia-smi of the host, else that of the driver container. */
const FIND = `g=
for d in "$R"/sys/bus/pci/devices/*; do
  [ -e "$d/vendor" ] && read -r v < "$d/vendor" && read -r c < "$d/class" || continue
  case $v$c in 0x10de0x0302*|0x10de0x0300*) g=1; break ;; esac
done
[ -n "$g" ] || { echo no-gpu; exit 0; }
s=nvidia-smi
command -v "$s" >/dev/null 2>&1 || {
  s=$R/run/nvidia/driver/usr/bin/nvidia-smi
  LD_LIBRARY_PATH=$(echo "$R"/run/nvidia/driver/usr/lib/*-linux-gnu)
  export LD_LIBRARY_PATH
  [ -x "$s" ] || { echo "nvidia-smi: not found" >&2; exit 127; }
}
`
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
      script: `${FIND}"$s" --query-gpu=${FIELDS} --format=csv\nexit 0`,
      timeoutSec: 60,
    },
    memory: { via: 'node', lane: 'slow', script: `${FIND}"$s" -q -d MEMORY\nexit 0`, timeoutSec: 60, optional: true },
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
