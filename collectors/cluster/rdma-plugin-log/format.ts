import { type Capture, format } from '@/lib/format'
import { parseRdmaPluginLog, type RdmaPluginLogFacts } from './parse'

const OWN =
  /Starting K8s RDMA Shared Device Plugin|k8s-rdma-shared-dev-plugin|RdmaHcaMax:|no Rdma Devices were found|missing RDMA device spec|ListAndWatch called by kubelet for:|DiscoverHostDevices\(\): device found|no changes to devices for "[^"/]{1,100}\/|allocate (?:request|response):.{0,200}(?:devicesIDs|\/dev\/infiniband)|neither .{0,4}selectors.{0,4} nor .{0,4}devices/

/** Log of the RDMA shared device plugin. */
export default format<'rdma-plugin-log', RdmaPluginLogFacts>({
  kind: 'rdma-plugin-log',
  title: 'RDMA shared device plugin log',
  recognise,
  parse: parseRdmaPluginLog,
  provides: (facts) => ({ rdmaPluginLog: [facts] }),
})

function recognise(capture: Capture): number {
  const lines = capture.lines.slice(0, 2000)
  const own = lines.filter((line) => OWN.test(line)).length
  if (own === 0) return 0
  if (lines.some((line) => /\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /.test(line))) return 90
  // Without a timestamp one message may be quoted in prose: most lines must then be the plug-in's.
  return own * 2 >= lines.filter((line) => line.trim() !== '').length ? 60 : 25
}
