import { logCollector, type PodLog } from '@/lib/collector'
import { type OperatorLogFacts, readOperator } from './parse'

/** Log of the network operator, each life for itself: a panic is in the one before. */
export default logCollector({
  id: 'operatorLog',
  title: 'Network operator log',
  read: { via: 'log', podSelector: 'app.kubernetes.io/name=network-operator', previous: true, tailLines: 1000 },
  parse: (logs: readonly PodLog[]): readonly OperatorLogFacts[] =>
    logs.flatMap((log) => readOperator(log.text.split('\n'), `${log.namespace}/${log.pod}`) ?? []),
})
