import { type Capture, format } from '@/lib/format'
import { type PodEnvFacts, parsePodEnv } from './parse'

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
  if (/(?:^|[\s;])PCIDEVICE_[A-Za-z0-9_.-]+_INFO=['"]?\{/m.test(head)) return 95
  return /(?:^|[\s;])PCIDEVICE_[A-Za-z0-9_.-]+=['"]?[0-9a-fA-F]{4}:/m.test(head) ? 90 : 0
}
