import type { RunAlgorithm } from '@/lib/contract/runs'
import type { ManifestInput, NcclWork } from '../manifest-input'

/**
 * What NCCL is told for each choice (nccl.md §2.5, §5.1). SHARP is offered, not forced: where it cannot be used the run falls back
 * and the log says so, which is the answer a person wants.
 */
const ALGORITHM: Readonly<Record<RunAlgorithm, Readonly<Record<string, string>>>> = {
  auto: {},
  ring: { NCCL_ALGO: 'Ring' },
  sharp: { NCCL_COLLNET_ENABLE: '1' },
  'no-sharp': { NCCL_COLLNET_ENABLE: '0' },
}

/** NCCL's own variables of a run. */
export function ncclVariables(work: NcclWork): Record<string, string> {
  return {
    NCCL_DEBUG: 'INFO',
    NCCL_DEBUG_SUBSYS: 'INIT,NET,ENV',
    // Bootstrap over the pod network: rails carry data only.
    NCCL_SOCKET_IFNAME: 'eth0',
    ...ALGORITHM[work.algorithm],
  }
}

/** What the programs of a run are told. */
export function workVariables(input: ManifestInput & { work: NcclWork }): Record<string, string> {
  const { work, nodes } = input
  return {
    CAIRN_COLLECTIVE: work.collective,
    CAIRN_NODES: String(nodes.length),
    CAIRN_GPUS: String(input.gpusPerNode),
    CAIRN_HCAS: String(nodes.length > 1 ? input.rails.length : 0),
    CAIRN_BEGIN: String(work.beginBytes),
    CAIRN_END: String(work.endBytes),
    CAIRN_ITERS: String(work.iterations),
  }
}
