import { logCollector, type PodLog } from '@/lib/collector'
import { readSriovPlugin, type SriovPluginLogFacts } from './parse'

/** Logs of the SR-IOV device plugin that the SR-IOV operator deploys. Source: k8s-formats §7, §14. */
export default logCollector({
  id: 'sriovPluginLog',
  title: 'SR-IOV device plugin logs',
  read: { via: 'log', podSelector: 'app=sriov-device-plugin', container: 'sriov-device-plugin', tailLines: 1000 },
  parse: (logs: readonly PodLog[]): readonly SriovPluginLogFacts[] =>
    logs.filter((log) => !log.previous).flatMap((log) => readSriovPlugin(log.text.split('\n')) ?? []),
})
