import { logCollector, type PodLog } from '@/lib/collector'
import { readLog } from '../logs/line'
import { type ConfigDaemonLogFacts, readDaemon } from './parse'

/** Logs of the SR-IOV config daemons, each with its container's previous life: after a reboot the pod survives (k8s-formats §3.2). */
export default logCollector({
  id: 'configDaemonLog',
  title: 'SR-IOV config daemon logs',
  read: {
    via: 'log',
    podSelector: 'app=sriov-network-config-daemon',
    container: 'sriov-network-config-daemon',
    previous: true,
    tailLines: 2000,
  },
  parse: (logs: readonly PodLog[]): readonly ConfigDaemonLogFacts[] =>
    byPod(logs).flatMap((texts) => {
      const lines = texts.flatMap((each) => readLog(each.text.split('\n')).lines)
      const facts = lines.length === 0 ? null : readDaemon(lines)
      return facts === null ? [] : [{ ...facts, node: texts[0]?.node ?? facts.node }]
    }),
})

/** Logs of one pod together, the previous life first. */
function byPod(logs: readonly PodLog[]): PodLog[][] {
  const pods = new Map<string, PodLog[]>()
  for (const log of [...logs].sort((a, b) => Number(b.previous) - Number(a.previous))) {
    const key = `${log.namespace}/${log.pod}`
    pods.set(key, [...(pods.get(key) ?? []), log])
  }
  return [...pods.values()]
}
