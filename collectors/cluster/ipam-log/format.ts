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

/** Words of the network operator and the SR-IOV operator, which name nv-ipam among what they deploy. */
const OPERATOR =
  /NicClusterPolicy|StateManager|state-[a-z]+-|sriovnetwork\.openshift\.io|SriovNetworkNodePolicy|SriovOperatorConfig|NetworkAttachmentDefinition/

function recognise(capture: Capture): number {
  const lines = capture.lines.slice(0, 2000).filter((line) => LINE.test(line))
  const own = lines.filter((line) => OWN.test(line)).length
  if (own === 0 || lines.filter((line) => OPERATOR.test(line)).length > own) return 0
  return own >= 2 ? 88 : 70
}
