import { type Capture, format } from '@/lib/format'
import { parseSriovPluginLog, type SriovPluginLogFacts } from './parse'

const OWN =
  /initServers\(\)|Creating new ResourcePool|raw ResourceList:|netDeviceProvider\.go|skipping creating resource server|sriov-network-device-plugin|sriovdp|Are RDMA modules loaded|validating resource name "/

/** Log of the SR-IOV network device plugin. */
export default format<'sriov-plugin-log', SriovPluginLogFacts>({
  kind: 'sriov-plugin-log',
  title: 'SR-IOV device plugin log',
  recognise,
  parse: parseSriovPluginLog,
  provides: (facts) => ({ sriovPluginLog: [facts] }),
})

function recognise(capture: Capture): number {
  const own = capture.lines
    .slice(0, 2000)
    .filter((line) => OWN.test(line) && /[IWEF]\d{4} \d\d:\d\d:\d\d\./.test(line)).length
  return own === 0 ? 0 : own >= 2 ? 90 : 70
}
