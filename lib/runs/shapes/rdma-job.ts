import { type ManifestInput, objectName, type RdmaWork } from '../manifest-input'
import { benchmarkContainer, configMap, headlessService, indexedJobSpec, ownerHead } from './pods'

const RENDEZVOUS_PORT = 29501

/** RDMA tests as an indexed Job: pod 0 says whose turn it is, every pod runs its end of a pair. */
export function rdmaJobObjects(input: ManifestInput & { work: RdmaWork }): readonly [object, ...object[]] {
  const name = objectName(input.runId)
  const env = {
    CAIRN_NODES: input.nodes.join(','),
    CAIRN_HOSTNAMES: input.hostnames.join(','),
    CAIRN_RAILS: input.rails.map((rail) => rail.resource).join(','),
    CAIRN_TESTS: input.work.tests.join(','),
    CAIRN_COORDINATOR: `${name}-0.${name}`,
    CAIRN_PORT: String(RENDEZVOUS_PORT),
  }
  const container = benchmarkContainer(input, ['/bin/sh', '/cairn/rdma.sh'], env)
  return [
    { ...ownerHead('Job', input), spec: indexedJobSpec(input, container) },
    headlessService('Job', input, RENDEZVOUS_PORT),
    configMap('Job', input),
  ]
}
