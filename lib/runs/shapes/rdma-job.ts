import { type ManifestInput, objectName, type RdmaWork } from '../manifest-input'
import { rdmaBudgetSec } from '../rdma-schedule'
import { benchmarkContainer, configMap, headlessService, indexedJobSpec, ownerHead } from './pods'

const RENDEZVOUS_PORT = 29501

/** RDMA tests as an indexed Job: pod 0 says whose turn it is, every pod runs its end of a pair. */
export function rdmaJobObjects(input: ManifestInput & { work: RdmaWork }): readonly [object, ...object[]] {
  const name = objectName(input.runId)
  const env = {
    CAIRN_NODES: input.nodes.join(','),
    // Pods do not land on the nodes in their order: each is told where it is.
    CAIRN_NODE: { fieldPath: 'spec.nodeName' },
    CAIRN_PEERS: input.nodes.map((_, index) => `${name}-${index}.${name}`).join(','),
    CAIRN_RAILS: input.rails.map((rail) => rail.resource).join(','),
    CAIRN_TESTS: input.work.tests.join(','),
    CAIRN_PORT: String(RENDEZVOUS_PORT),
    CAIRN_SECONDS: String(rdmaBudgetSec(input.deadlineSec)),
  }
  const container = benchmarkContainer(input, ['/bin/sh', '/cairn/rdma.sh'], env)
  return [
    { ...ownerHead('Job', input), spec: indexedJobSpec(input, container) },
    headlessService('Job', input, RENDEZVOUS_PORT),
    configMap('Job', input),
  ]
}
