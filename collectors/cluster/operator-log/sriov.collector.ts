import { logCollector, type PodLog } from '@/lib/collector'
import { type OperatorLogFacts, readOperator } from './parse'

/** Log of the SR-IOV operator, which carries another label than the network operator (k8s-formats §14). */
export default logCollector({
  id: 'sriovOperatorLog',
  title: 'SR-IOV operator log',
  read: { via: 'log', podSelector: 'name=sriov-network-operator', previous: true, tailLines: 1000 },
  parse: (logs: readonly PodLog[]): readonly OperatorLogFacts[] =>
    logs.flatMap((log) => readOperator(log.text.split('\n'), `${log.namespace}/${log.pod}`) ?? []),
})
