import { type Capture, format } from '@/lib/format'
import { type IpamLogFacts, parseIpamLog } from './parse'

const OWN =
  /nv-ipam\.nvidia\.com|start IPAM (?:controller|node)|controller="(?:ippool|cidrpool)"|IPAM daemon|nv-ipam|poolType \\?"(?:ippool|cidrpool)|pool has no free ranges|nvidia-k8s-ipam|ipam-(?:controller|node)|\] (?:CMD (?:ADD|DEL|CHECK)(?: Call)?: |Cmd(?:Add|Del|Check) succeed|grpc call failed: )|Could not allocate IP in range|IPAM configuration successfully read|Beginning (?:IPAM|delete) for ContainerID|starting reconciler run|no free addresses in the allocated range|store file corrupted, checksum mismatch|check for stale IPs|stale reservation released|"controller": ?"(?:ippool|cidrpool)"|(?:IPPool|CIDRPool) (?:has invalid|config (?:updated|removed))|IPAMService\/|"IP address allocated"|"all changes are committed to the store"/
/** Lines of klog, JSON loggers and CNI plug-ins. */
const LINE = /[IWEF]\d{4} \d\d:\d\d:\d\d\.|^\{"|\d{4}-\d\d-\d\dT/

/** Log of the nv-ipam controller or node daemon. */
export default format<'ipam-log', IpamLogFacts>({
  kind: 'ipam-log',
  title: 'nv-ipam log',
  recognise,
  parse: parseIpamLog,
  provides: (facts) => ({ ipamLog: [facts] }),
})

/** Words of the operators and of Multus, which name nv-ipam among what they deploy or call. */
const OPERATOR =
  /NicClusterPolicy|StateManager|state-[a-z]+-|sriovnetwork\.openshift\.io|SriovNetworkNodePolicy|SriovOperatorConfig|NetworkAttachmentDefinition|[Mm]ultus|CNI request|[dD]elegateAdd/

function recognise(capture: Capture): number {
  const lines = capture.lines.slice(0, 2000).filter((line) => LINE.test(line))
  const own = lines.filter((line) => OWN.test(line) && !OPERATOR.test(line)).length
  if (own === 0 || lines.filter((line) => OPERATOR.test(line)).length > own) return 0
  return own >= 2 ? 88 : 70
}
