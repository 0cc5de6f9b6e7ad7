import { type Capture, format } from '@/lib/format'
import { readLogLine } from '../logs/line'
import { type ConfigDaemonLogFacts, parseConfigDaemonLog } from './parse'

/** Words that only the config daemon's own code prints; file names count as words, never with their line number. */
const OWN =
  /mellanox[- ]plugin|OnNodeStateChange|MstConfigReadData|Changing TotalVfs|sriov-network-config-daemon|SriovNetworkConfigDaemon|daemon\/daemon\.go|trigger node reboot|Interfaces not changed|nodeStateSyncHandler|discover-sriov|generic[- ]plugin|DiscoverSriovDevices|SetSriovNumVfs|(?:c|C)onfigSriov[A-Z]|checkForConfigAndReset|GetNetDevLinkSpeed|rdmaModulesAreLoaded|restartDevicePluginPod|setNodeStateStatus\(\)|GetNicSriovMode|[gG]etNetDevMac|[gG]etNetdevMTU|sriov-config-service|"controllerKind": ?"SriovNetworkNodeState"|Failed to get OperatorConfig/
const OPERATOR =
  /tryDrainNode|drain_controller|sriovoperatorconfig|SriovOperatorConfig|sriovnetworknodepolicy_controller|"Function": "Drain"/

/** Log of the SR-IOV config daemon of one node. */
export default format<'config-daemon-log', ConfigDaemonLogFacts>({
  kind: 'config-daemon-log',
  title: 'SR-IOV config daemon log',
  recognise,
  parse: parseConfigDaemonLog,
  provides: (facts) => ({ configDaemonLog: [facts] }),
})

function recognise(capture: Capture): number {
  const lines = capture.lines.slice(0, 2000).filter((line) => readLogLine(line, true) !== null)
  const own = lines.filter((line) => OWN.test(line)).length
  if (own === 0) return 0
  if (lines.filter((line) => OPERATOR.test(line)).length > own) return 20
  return own >= 2 ? 90 : 70
}
