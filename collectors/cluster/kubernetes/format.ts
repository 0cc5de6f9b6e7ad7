import { type Capture, format } from '@/lib/format'
import { readLogLine } from '../logs/line'
import { withoutNumbers } from './around'
import { isTableHeader } from './get-tables'
import { parseKubernetes } from './parse'
import { lineRefusal } from './refusal'
import { refusedRequest } from './refused-request'
import { EVENTS_HEADER, ROWS_HEADER } from './tables'

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
  evidence: ({ errors }) => {
    const refusedRequests = errors.flatMap((text) => refusedRequest(text) ?? [])
    return refusedRequests.length > 0 ? { refusedRequests } : {}
  },
})

function recognise(capture: Capture): number {
  const lines = withoutNumbers(capture.lines.slice(0, MAX_LINES))
  const head = lines.join('\n').slice(0, 200_000)
  // A kubelet's own file is another kind; inside a ConfigMap it is a ConfigMap.
  const first = /^\s*(?:- )?apiVersion: *"?(\S+)|"apiVersion"\s*:\s*"([^"]+)/m.exec(head)
  if (/^kubelet\.config\.k8s\.io\//.test(first?.[1] ?? first?.[2] ?? '')) return 0
  // Refusals and objects that a logger quotes belong to that log.
  if (isLog(lines)) return 0
  const version = /^[\s{[]*(?:- )?apiVersion: ?\S/m.test(head) || /"apiVersion"\s*:\s*"/.test(head)
  const kind = /(?:^\s*(?:- )?|^\{.{0,2000}?, )kind: ?[A-Z]/m.test(head) || /"kind"\s*:\s*"[A-Z]/.test(head)
  if (version && kind) return 95
  if (lines.some((line) => lineRefusal(line.trim()) !== null)) return 70
  if (/^No resources found/m.test(head)) return 70
  if (lines.some((line) => EVENTS_HEADER.test(line))) return 90
  if (lines.some((line, at) => isTableHeader(line, lines[at + 1] ?? ''))) return 80
  if (/^Name:\s+\S/m.test(head) && /^API Version:\s+\S/m.test(head) && /^Kind:\s+[A-Z]/m.test(head)) return 90
  if (/^Name:\s+\S/m.test(head) && /^(?:Containers|Allocatable|System Info|Pod Template):\s*$/m.test(head)) return 80
  if (lines.some((line) => ROWS_HEADER.test(line)) || /^(?:Capacity|Allocatable):\n {1,4}cpu: {2,}\d/m.test(head))
    return 65
  if (version || (kind && /metadata"?:/.test(head))) return 80
  return /"?involvedObject"?\s*:/.test(head) ? 75 : excerpt(head)
}

/** What kubectl itself logs while it looks for the API server (client-go). */
const KUBECTL_LOG =
  /^[EWI]\d{4} [\d:.]{8,20} +\d+ (?:memcache|request|round_trippers|helpers|reflector|warnings)\.go:\d+\] /

/** True where most lines with text are a logger's own. */
function isLog(lines: readonly string[]): boolean {
  const some = lines.filter((line) => line.trim() !== '' && !KUBECTL_LOG.test(line)).slice(0, 400)
  const logged = some.filter((line) => (readLogLine(line, true)?.dialect ?? 'json') !== 'json')
  return logged.length * 2 > some.length
}

const AMOUNTS = [/"cpu"\s*:\s*"\d/, /"memory"\s*:\s*"\d/, /"pods"\s*:\s*"\d/]
/** The parts that every object has, on lines of their own. */
const PARTS = [
  /^"?metadata"?\s*:\s*$|^\s*"metadata"\s*:\s*\{\s*$/m,
  /^"?(?:spec|status|data)"?\s*:\s*$|^\s*"(?:spec|status|data)"\s*:\s*\{\s*$/m,
]

/** Fields that only Kubernetes objects of our groups have; a text with them lost its header. */
function excerpt(head: string): number {
  const signs = [
    /appliedStates"?\s*:/,
    /syncStatus"?\s*:/,
    /perNodeBlockSize"?\s*:/,
    /nicSelector"?\s*:/,
    /containerStatuses"?\s*:/,
    /lastTransitionTime"?\s*:/,
    /vfGroups"?\s*:/,
    /creationTimestamp"?\s*:/,
    /resourceVersion"?\s*:/,
  ]
  // `jq .status.allocatable` of a node.
  if (/^\s*\{/.test(head) && AMOUNTS.every((amount) => amount.test(head))) return 60
  if (PARTS.every((part) => part.test(head))) return 60
  const found = signs.filter((sign) => sign.test(head)).length
  return found === 0 ? 0 : Math.min(75, 50 + 10 * found)
}
