import { type Capture, format } from '@/lib/format'
import { type NetworkStatusFacts, parseStatusText } from './parse'
import { findStatus, signsOf } from './status-text'

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
  if (!/networks?-status|"ips|"dns|"interface|"device-info/.test(head)) return 0
  if (/^\s*"?apiVersion"?:/m.test(head) || /"kind"\s*:/.test(head)) return 0
  const found = findStatus(head)
  if (found === null) return 0
  if (found.keyed) return 90
  const signs = Math.max(...found.entries.map(signsOf))
  return signs >= 3 ? 85 : signs === 2 ? 60 : 0
}
