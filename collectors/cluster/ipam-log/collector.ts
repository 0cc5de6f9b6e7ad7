import { logCollector, type PodLog } from '@/lib/collector'
import { type IpamLogFacts, readIpam } from './parse'

/** Logs of the nv-ipam controller. Source: k8s-formats §8, §14. */
export default logCollector({
  id: 'ipamLog',
  title: 'nv-ipam controller logs',
  read: { via: 'log', podSelector: 'name=nv-ipam-controller', tailLines: 1000 },
  parse: (logs: readonly PodLog[]): readonly IpamLogFacts[] =>
    logs.filter((log) => !log.previous).flatMap((log) => readIpam(log.text.split('\n')) ?? []),
})
