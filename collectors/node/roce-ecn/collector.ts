import { nodeCollector } from '@/lib/collector'
import { type Ecn, toEcn } from '../sysfs/ecn'
import { entries } from '../sysfs/entries'

/** Fact `roceEcn`. */
export interface RoceEcnFacts {
  interfaces: readonly Ecn[]
}

/** The switches are there with OFED and DOCA drivers only, under every network device of theirs. */
const SCRIPT = `cd "$R/sys/class/net" 2>/dev/null || exit 0
set --
for n in *; do
  [ -d "$n/ecn/roce_np" ] && set -- "$@" "$n"/ecn/roce_np/enable/* "$n"/ecn/roce_rp/enable/* "$n/ecn/roce_np/cnp_dscp" "$n/ecn/roce_np/cnp_802p_prio"
done
[ $# -gt 0 ] || exit 0
grep -s -H . "$@"
exit 0`

/** Congestion control of RoCE network devices (ECN, DCQCN): the fact `roceEcn`. */
export default nodeCollector({
  id: 'roceEcn',
  title: 'RoCE congestion control (sysfs)',
  reads: { tree: { via: 'node', lane: 'fast', script: SCRIPT } },
  /** Inbox drivers: `interfaces` is empty. */
  parse: ({ tree }): RoceEcnFacts => ({ interfaces: toEcn(entries(tree.text.split('\n'))) }),
})
