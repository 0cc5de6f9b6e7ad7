import { type Capture, format } from '@/lib/format'
import { parseSriovPluginLog, type SriovPluginLogFacts } from './parse'

/** What only this plug-in prints (pkg/resources, pkg/netdevice, cmd/sriovdp of 3.3 to 3.11). */
const OWN =
  /initServers\(\)|Creating new ResourcePool|raw ResourceList:|\] ResourceList: \[|discoverDevices\(\): device found|net(?:Device|Resource)(?:Provider|Pool)\.go|skipping creating resource server|sriov-network-device-plugin|sriovdp|Are RDMA modules loaded|validating resource name "|\/etc\/pcidp\/|PCIDEVICE_|Get(?:DeviceSpecs|Envs|Mounts)\(\): for devices|error getting resources from file|no resource configuration; exiting|Already allocated\.|DeviceType: (?:netDevice|accelerator|auxNetDevice)|most likely Kubelet restarted|Plugin: \S{1,200}\.sock (?:gets|failed)|device plugin endpoint (?:started serving|at: )|ListAndWatch\([^()]{1,200}\)(?: invoked|: (?:send|device health))/

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
