import { type ManifestInput, type NcclWork, objectName } from '../manifest-input'
import { ncclVariables, workVariables } from './nccl-env'
import { benchmarkContainer, configMap, headlessService, indexedJobSpec, ownerHead } from './pods'

const RENDEZVOUS_PORT = 29500

/** NCCL as an indexed Job: torchrun in every pod, no ssh between pods. */
export function ncclJobObjects(input: ManifestInput & { work: NcclWork }): readonly [object, ...object[]] {
  const name = objectName(input.runId)
  const env = { ...workVariables(input), CAIRN_MASTER: `${name}-0.${name}`, ...ncclVariables(input.work) }
  const container = benchmarkContainer(input, ['/bin/sh', '/cairn/entry.sh'], env)
  return [
    { ...ownerHead('Job', input), spec: indexedJobSpec(input, container) },
    headlessService('Job', input, RENDEZVOUS_PORT),
    configMap('Job', input),
  ]
}
