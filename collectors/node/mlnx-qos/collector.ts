import { nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { parseMlnxQos, type QosFacts } from './parse'

/** QoS of one network device; a capture does not name it. */
export interface QosInterface extends QosFacts {
  netdev: string | null
}

/** Fact `roceQos`. */
export interface RoceQosFacts {
  interfaces: readonly QosInterface[]
}

/** Network devices of Ethernet ports of RDMA PFs only: an InfiniBand node prints nothing, with or without the script. */
const SCRIPT = `cd "$R/sys/class/infiniband" 2>/dev/null || exit 0
command -v mlnx_qos >/dev/null 2>&1 || exit 0
for d in *; do
  [ -e "$d/device/physfn" ] && continue
  grep -qs Ethernet "$d"/ports/*/link_layer || continue
  for n in "$d"/device/net/*; do
    [ -e "$n" ] || continue
    printf '=== %s\\n' "\${n##*/}"
    mlnx_qos -i "\${n##*/}"
  done
done
exit 0`

/** Trust state, PFC and DCBX owner of RoCE network devices: the fact `roceQos`. */
export default nodeCollector({
  id: 'roceQos',
  title: 'RoCE QoS (mlnx_qos)',
  reads: { qos: { via: 'node', lane: 'slow', script: SCRIPT, timeoutSec: 30 } },
  /** No RoCE device, or the script is not installed: `interfaces` is empty. */
  parse({ qos }): RoceQosFacts {
    const parts = qos.text.split(/^=== (\S{1,64})$/m)
    const interfaces: QosInterface[] = []
    for (let at = 1; at + 1 < parts.length; at += 2) {
      const parsed = parseMlnxQos(toCapture((parts[at + 1] ?? '').trimStart()))
      if (isQos(parsed.facts)) interfaces.push({ netdev: parts[at] ?? null, ...parsed.facts })
    }
    return { interfaces }
  },
})

/** True for facts of an answer that was read: others are empty. */
function isQos(facts: QosFacts | Record<string, never>): facts is QosFacts {
  return 'trafficClasses' in facts
}
