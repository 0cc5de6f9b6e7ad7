import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, format } from '@/lib/format'
import type { Gpu, GpuFacts } from '../nvidia-smi-csv/facts'
import { failureFact, failureOf, lostGpu, NO_GPU } from '../nvidia-smi-csv/failure'
import type { GpuQueryFacts } from './facts'
import { parseGpuQuery } from './parse'
import { isXml } from './xml'

/** Output of `nvidia-smi -q`, and of nvidia-smi where it gives up. */
export default format({
  kind: 'nvidia-smi-q',
  title: 'nvidia-smi -q (text, XML)',
  recognise({ lines }: Capture) {
    const head = withoutLogPrefix(lines.slice(0, 2000))
    if (isXml(head)) return 95
    if (head.some((line) => /^\s*=+NVSMI LOG=+\s*$/.test(line))) return 95
    if (head.some((line) => /^\s*Attached GPUs\s+: \d+/.test(line))) return 90
    if (
      head.some((line) => /^\s*GPU [0-9a-fA-F]{8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]\s*$/.test(line)) &&
      head.some((line) => /^\s*[A-Z][\w ]{2,40}\s+: \S/.test(line))
    )
      return 85
    const failure = failureOf(head)
    if (failure) return head.filter((line) => line.trim() !== '').length <= 8 ? 80 : 40
    if (head.some((line) => /\bnvidia-smi: (?:command )?not found|"nvidia-smi": executable file not found/.test(line)))
      return 70
    return head.some((line) => lostGpu(line) !== null) ? 60 : 0
  },
  parse: parseGpuQuery,
  provides: (facts: GpuQueryFacts) => ({ gpus: toFact(facts) }),
  evidence: (parsed) => failureFact(parsed),
})

/** The same GPUs in the shape of the fact `gpus`. */
function toFact(facts: GpuQueryFacts): GpuFacts {
  const gpus = facts.gpus.map(
    ({ eccMode: _ecc, persistence: _persistence, pcieReplays: _replays, ...gpu }): Gpu => ({
      ...NO_GPU,
      ...gpu,
      driverVersion: facts.driverVersion,
    }),
  )
  const none = facts.attachedGpus === 0 || (facts.gpus.length === 0 && facts.attachedGpus === null)
  return {
    gpus,
    failure: none ? { code: 'no-devices', line: 'No devices were found' } : null,
    attached: facts.attachedGpus,
    ...(facts.complete === false ? { complete: false } : {}),
  }
}
