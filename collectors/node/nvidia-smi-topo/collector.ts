import { NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { FIND_NVIDIA_SMI } from '../nvidia-smi-csv/find'
import type { TopoFacts } from './facts'
import { parseTopo } from './parse'

const SCRIPT = `${FIND_NVIDIA_SMI}"$s" topo -m
exit 0`

const NONE: TopoFacts = { gpus: [], nics: [], nvlink: null, links: [], topologyHidden: null }

/** Paths between GPUs and NICs: the fact `gpuTopology`. */
export default nodeCollector({
  id: 'gpuTopology',
  title: 'GPU and NIC topology (nvidia-smi topo -m)',
  reads: { matrix: { via: 'node', lane: 'slow', script: SCRIPT, timeoutSec: 60 } },
  /** @throws NotRead when nvidia-smi could not be asked */
  parse({ matrix }): TopoFacts {
    if (matrix.text.trim() === 'no-gpu') return NONE
    const parsed = parseTopo(toCapture(`${matrix.text}\n${matrix.stderr}\n`))
    if (parsed.status !== 'ok')
      throw new NotRead(parsed.status, parsed.reason?.text ?? 'the topology could not be read')
    return { ...NONE, ...parsed.facts }
  },
})
