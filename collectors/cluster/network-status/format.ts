import { type Capture, format } from '@/lib/format'
import { type NetworkStatusFacts, parseStatusText } from './parse'

/** The networks that Multus attached to a pod: the annotation's value, or `kubectl describe pod`. */
export default format({
  kind: 'network-status',
  title: 'Multus network-status annotation',
  recognise,
  parse: parseStatusText,
  provides: (networkStatus: NetworkStatusFacts) => ({ networkStatus }),
})

function recognise(capture: Capture): number {
  const head = capture.text.slice(0, 200_000)
  if (/^\s*"?apiVersion"?:/m.test(head) || /"kind"\s*:/.test(head)) return 0
  if (/k8s\.v1\.cni\.cncf\.io\/networks?-status:?\s*(?:\|-?)?\s*\[/.test(head)) return 90
  const list = /^\s*\[\s*\{/.test(head) && /"name"\s*:/.test(head)
  if (!list) return 0
  const signs = [/"ips"\s*:\s*\[/, /"dns"\s*:/, /"device-info"\s*:/, /"interface"\s*:/, /"default"\s*:\s*true/].filter(
    (sign) => sign.test(head),
  )
  return signs.length >= 3 ? 85 : signs.length === 2 ? 60 : 0
}
