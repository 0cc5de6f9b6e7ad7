import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, format } from '@/lib/format'
import type { TopoFacts } from './facts'
import { parseTopo, topoHeader } from './parse'

/** Output of `nvidia-smi topo -m`. */
export default format({
  kind: 'nvidia-smi-topo',
  title: 'nvidia-smi topo -m',
  recognise({ lines }: Capture) {
    const head = withoutLogPrefix(lines.slice(0, 2000))
    const matrix = head.some((line) => /\bGPU\d+\b/.test(line) && topoHeader(line) !== null)
    if (matrix && head.some((line) => /^\s*(?:GPU|NIC)\d+\s+(?:X|NV\d+|SYS|NODE|PHB|PXB|PIX)\s/.test(line))) return 95
    return matrix && head.some((line) => /^\s*(?:SYS|NODE|PHB|PXB|PIX|SOC)\s+= Connection/.test(line)) ? 90 : 0
  },
  parse: parseTopo,
  provides: (facts: TopoFacts) => ({ gpuTopology: facts }),
})
