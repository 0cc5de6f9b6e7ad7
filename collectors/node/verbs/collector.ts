import { nodeCollector } from '@/lib/collector'
import { entries } from '../sysfs/entries'
import { listedClasses, toVerbs, type VerbsFacts } from './facts'

/** Which RDMA device each character device belongs to; a class that does not exist is a module that is not loaded. */
const SCRIPT = `cd "$R/sys/class" 2>/dev/null || exit 0
grep -s -H . infiniband_verbs/uverbs*/ibdev infiniband_mad/umad*/ibdev infiniband_mad/umad*/port infiniband_mad/issm*/ibdev infiniband_mad/issm*/port
for d in infiniband_verbs infiniband_mad; do [ -d "$d" ] && echo "$d -> listed"; done
exit 0`

/** Character devices of RDMA devices: the fact `verbsDevices`. */
export default nodeCollector({
  id: 'verbsDevices',
  title: 'Character devices of RDMA devices (sysfs)',
  reads: { list: { via: 'node', lane: 'fast', script: SCRIPT } },
  /** A class is known only where its own line at the end says that it was listed; the modules are absent: all null. */
  parse({ list }): VerbsFacts {
    const lines = list.text.split('\n')
    const listed = listedClasses(lines)
    const read = toVerbs(entries(lines), listed)
    const whole = (kind: string) => listed.has(kind)
    return {
      uverbs: whole('infiniband_verbs') ? read.uverbs : null,
      umad: whole('infiniband_mad') ? read.umad : null,
      issm: whole('infiniband_mad') ? read.issm : null,
    }
  },
})
