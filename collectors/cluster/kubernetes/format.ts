import { type Capture, format } from '@/lib/format'
import { readLogLine } from '../logs/line'
import { isTableHeader } from './get-tables'
import { parseKubernetes } from './parse'
import { lineRefusal } from './refusal'
import { EVENTS_HEADER } from './tables'

const MAX_LINES = 4000

/**
 * Any Kubernetes object, list, event table or refusal. Facts for checks come of `readObjects` and `factsOfObjects`, which the
 * explain driver calls with all cluster collectors.
 */
export default format({
  kind: 'k8s',
  title: 'Kubernetes objects (kubectl, API server)',
  recognise,
  parse: parseKubernetes,
})

function recognise(capture: Capture): number {
  const lines = capture.lines.slice(0, MAX_LINES)
  const head = lines.join('\n').slice(0, 200_000)
  // A kubelet's own file is another kind; inside a ConfigMap it is a ConfigMap.
  const first = /^\s*(?:- )?apiVersion: *"?(\S+)|"apiVersion"\s*:\s*"([^"]+)/m.exec(head)
  if (/^kubelet\.config\.k8s\.io\//.test(first?.[1] ?? first?.[2] ?? '')) return 0
  // Refusals and objects that a logger quotes belong to that log.
  if (isLog(lines)) return 0
  const version = /^\s*(?:- )?apiVersion: ?\S/m.test(head) || /"apiVersion"\s*:\s*"/.test(head)
  const kind = /^\s*(?:- )?kind: ?[A-Z]/m.test(head) || /"kind"\s*:\s*"[A-Z]/.test(head)
  if (version && kind) return 95
  if (lines.some((line) => lineRefusal(line.trim()) !== null)) return 70
  if (/^No resources found/m.test(head)) return 70
  if (lines.some((line) => EVENTS_HEADER.test(line))) return 90
  if (lines.some((line, at) => isTableHeader(line, lines[at + 1] ?? ''))) return 80
  if (/^Name:\s+\S/m.test(head) && /^API Version:\s+\S/m.test(head) && /^Kind:\s+[A-Z]/m.test(head)) return 90
  if (/^Name:\s+\S/m.test(head) && /^(?:Containers|Allocatable|System Info|Pod Template):\s*$/m.test(head)) return 80
  if (/^Events:\s*$/m.test(head) && /^\s+Type\s+Reason\s+Age\s+From\s+Message/m.test(head)) return 65
  if (version || (kind && /metadata"?:/.test(head))) return 80
  return /"?involvedObject"?\s*:/.test(head) ? 75 : excerpt(head)
}

/** True where most lines with text are a logger's own. */
function isLog(lines: readonly string[]): boolean {
  const some = lines.filter((line) => line.trim() !== '').slice(0, 400)
  const logged = some.filter((line) => (readLogLine(line, true)?.dialect ?? 'json') !== 'json')
  return logged.length * 2 > some.length
}

/** Fields that only Kubernetes objects of our groups have; a text with them lost its header. */
function excerpt(head: string): number {
  const signs = [
    /appliedStates:/,
    /syncStatus:/,
    /perNodeBlockSize:/,
    /nicSelector:/,
    /containerStatuses:/,
    /lastTransitionTime:/,
    /vfGroups:/,
    /creationTimestamp:/,
    /resourceVersion:/,
  ]
  const found = signs.filter((sign) => sign.test(head)).length
  return found === 0 ? 0 : Math.min(75, 50 + 10 * found)
}
