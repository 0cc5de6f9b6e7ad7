import { nodeCollector } from '@/lib/collector'
import { toDevices } from '../sysfs/devices'
import { entries } from '../sysfs/entries'
import type { InfinibandFacts } from './facts'

/**
 * One `grep` for all files and one `ls` for all links. Counters only of PFs: each costs a firmware command, and VFs have many.
 * `gids` and all but the first of `pkeys` are left out: hundreds of entries a port.
 */
const SCRIPT = `cd "$R/sys/class/infiniband" 2>/dev/null || exit 0
set --
for d in *; do
  [ -e "$d/node_guid" ] || [ -d "$d/ports" ] || continue
  set -- "$@" "$d/fw_ver" "$d/hca_type" "$d/board_id" "$d/node_guid" "$d"/ports/*/state "$d"/ports/*/phys_state "$d"/ports/*/rate "$d"/ports/*/link_layer "$d"/ports/*/lid "$d"/ports/*/sm_lid
  [ -e "$d/device/physfn" ] || set -- "$@" "$d"/ports/*/pkeys/0 "$d"/ports/*/counters/* "$d"/ports/*/hw_counters/*
  for n in "$d"/device/net/*; do [ -e "$n" ] && printf '%s -> %s\\n' "\${n%/*}" "\${n##*/}"; done
done
[ $# -gt 0 ] || exit 0
grep -s -H . "$@"
ls -ld -- * */device */device/physfn 2>/dev/null
echo end
exit 0`

/** RDMA devices and their ports: the fact `infiniband`. */
export default nodeCollector({
  id: 'infiniband',
  title: 'RDMA devices and ports (sysfs)',
  reads: { tree: { via: 'node', lane: 'fast', script: SCRIPT, maxBytes: 4 * 1024 * 1024 } },
  /** No RDMA subsystem or no device: `devices` is empty. */
  parse({ tree }): InfinibandFacts {
    const ended = /(?:^|\n)end\n?$/.test(tree.text)
    const devices = toDevices(entries(tree.text.split('\n')), ended)
    return devices.length === 0 || ended ? { devices } : { devices, complete: false }
  },
})
