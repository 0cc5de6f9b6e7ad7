import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { format } from '@/lib/format'
import { entries, joined } from './entries'
import { parseSysfs, type SysfsFacts } from './parse'

const KNOWN =
  /(?:^|\/)(?:ports\/\d+\/(?:state|phys_state|rate|link_layer|lid|sm_lid|pkeys\/\d{1,3}|(?:hw_)?counters\/\w+)|infiniband_(?:verbs|mad)\/\w+\/(?:ibdev|port)|sriov_(?:totalvfs|numvfs|drivers_autoprobe)|virtfn\d+(?:\/\w+)?|device\/(?:vendor|device|class|numa_node)|(?:sriov\/)?\d+\/(?:node|port|policy)|ecn\/roce_[nr]p\/.+|[^/]+\/(?:fw_ver|hca_type|board_id|node_guid))$/

/** Listings of sysfs trees. */
export default format({
  kind: 'sysfs',
  title: 'sysfs listing (grep -r . /sys/class/infiniband, SR-IOV files)',
  recognise(capture) {
    const lines = joined(withoutLogPrefix(capture.lines.slice(0, 2000))).filter((line) => line.trim() !== '')
    const known = entries([...lines, '']).filter(({ path }) => KNOWN.test(path)).length
    if (known === 0) return 0
    return known * 2 >= lines.length ? 90 : known >= 3 ? 60 : 30
  },
  parse: parseSysfs,
  provides: ({ complete, ...facts }: SysfsFacts) => ({
    ...(facts.devices.length > 0
      ? { infiniband: { devices: facts.devices, ...(complete === false ? { complete } : {}) } }
      : {}),
    ...(facts.pfs.length > 0 ? { sriov: { pfs: facts.pfs, ...(complete === false ? { complete } : {}) } } : {}),
    ...(facts.verbs && complete !== false ? { verbsDevices: facts.verbs } : {}),
    ...(facts.ecn.length > 0 ? { roceEcn: { interfaces: facts.ecn } } : {}),
  }),
})
