import { type Capture, format } from '@/lib/format'
import { type IpamLogFacts, parseIpamLog } from './parse'

const OWN =
  /nv-ipam\.nvidia\.com|start IPAM (?:controller|node)|controller="(?:ippool|cidrpool)"|IPAM daemon|nv-ipam|poolType \\?"(?:ippool|cidrpool)|pool has no free ranges|nvidia-k8s-ipam|ipam-(?:controller|node)/
const LINE = /[IWEF]\d{4} \d\d:\d\d:\d\d\.|^\{"|\d{4}-\d\d-\d\dT/

/** Log of the nv-ipam controller or node daemon. */
export default format<'ipam-log', IpamLogFacts>({
  kind: 'ipam-log',
  title: 'nv-ipam log',
  recognise,
  parse: parseIpamLog,
  provides: (facts) => ({ ipamLog: [facts] }),
})

function recognise(capture: Capture): number {
  const own = capture.lines.slice(0, 2000).filter((line) => OWN.test(line) && LINE.test(line)).length
  return own === 0 ? 0 : own >= 2 ? 88 : 70
}
