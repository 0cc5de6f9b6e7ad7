import { logCollector, type PodLog } from '@/lib/collector'
import { type RdmaPluginLogFacts, readRdmaPlugin } from './parse'

/** Logs of the RDMA shared device plugin; of a crashing pod the life before, too. Source: k8s-formats §6, §14. */
export default logCollector({
  id: 'rdmaPluginLog',
  title: 'RDMA shared device plugin logs',
  read: { via: 'log', podSelector: 'app=rdma-shared-dp', container: 'rdma-shared-dp', previous: true, tailLines: 500 },
  parse: (logs: readonly PodLog[]): readonly RdmaPluginLogFacts[] =>
    [...new Set(logs.map((log) => `${log.namespace}/${log.pod}`))].flatMap((pod) => {
      const own = logs
        .filter((log) => `${log.namespace}/${log.pod}` === pod)
        .sort((a, b) => Number(b.previous) - Number(a.previous))
      const facts = readRdmaPlugin(own.flatMap((log) => log.text.split('\n')))
      return facts === null ? [] : [facts]
    }),
})
