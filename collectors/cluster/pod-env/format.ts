import { type Capture, format } from '@/lib/format'
import { type PodEnvFacts, parsePodEnv } from './parse'
import { variablesOf } from './variables'

/** The environment of a pod: devices that the SR-IOV device plugin handed over. */
export default format({
  kind: 'pod-env',
  title: 'Pod environment (PCIDEVICE_*)',
  recognise,
  parse: parsePodEnv,
  provides: (podEnv: PodEnvFacts) => ({ podEnv }),
})

function recognise(capture: Capture): number {
  const head = capture.text.slice(0, 500_000)
  if (!head.includes('PCIDEVICE_')) return 0
  if (/^\s*"?kind"?: ?"?(?:Pod|List|DaemonSet|Deployment|Job|MPIJob)\b/m.test(head)) return 0
  // The device plug-in's own log prints what it answers to the kubelet.
  if (/[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} .{0,4000}PCIDEVICE_/.test(head)) return 0
  const variables = variablesOf(head)
  if (variables.some((each) => !Array.isArray(each.value))) return 95
  return variables.some((each) => Array.isArray(each.value) && /^[0-9a-fA-F]{4}:/.test(each.value[0] ?? '')) ? 90 : 0
}
