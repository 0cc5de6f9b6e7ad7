import { NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import type { TopoFacts } from './facts'
import { parseTopo } from './parse'

const SCRIPT = `g=
for d in "$R"/sys/bus/pci/devices/*; do
  [ -e "$d/vendor" ] && read -r v < "$d/vendor" && read -r c < "$d/class" || continue
  case $v$c in 0x10de0x0302*|0x10de0x0300*) g=1; break ;; esac
done
[ -n "$g" ] || { echo no-gpu; exit 0; }
s=nvidia-smi
command -v "$s" >/dev/null 2>&1 || {
  s=$R/run/nvidia/driver/usr/bin/nvidia-smi
  LD_LIBRARY_PATH=$(echo "$R"/run/nvidia/driver/usr/lib/*-linux-gnu)
  export LD_LIBRARY_PATH
  [ -x "$s" ] || { echo "nvidia-smi: not found" >&2; exit 127; }
}
"$s" topo -m
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
