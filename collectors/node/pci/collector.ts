import { nodeCollector } from '@/lib/collector'
import type { PciFacts } from '../lspci/facts'
import { parsePci } from './parse'

/** NVIDIA/Mellanox functions that are no VF, GPUs, and PCI bridges: their files with one `grep`, their links with one `ls`. */
const TREE = `cd "$R/sys/bus/pci/devices" 2>/dev/null || { echo end; exit 0; }
set --
l=
for d in *; do
  [ -e "$d/vendor" ] && [ ! -e "$d/physfn" ] || continue
  read -r v < "$d/vendor" && read -r c < "$d/class" || continue
  case $v$c in 0x15b3*|0x10de0x03*|0x10020x12*|0x10020x03*|0x*0x0604*) ;; *) continue ;; esac
  set -- "$@" "$d/vendor" "$d/device" "$d/class" "$d/numa_node" "$d/current_link_speed" "$d/current_link_width" "$d/max_link_speed" "$d/max_link_width"
  l="$l $d"
  case $c in 0x0604*) ;; *) set -- "$@" "$d/sriov_totalvfs" "$d/sriov_numvfs" "$d/aer_dev_fatal" "$d/aer_dev_nonfatal"; l="$l $d/driver" ;; esac
done
[ $# -gt 0 ] && { grep -s -H . "$@"; ls -ld -- $l 2>/dev/null; }
echo end
exit 0`

/** PCI functions that carry the fabric: the fact `pci`. */
export default nodeCollector({
  id: 'pci',
  title: 'PCI inventory and links (sysfs, lspci)',
  reads: {
    tree: { via: 'node', lane: 'fast', script: TREE, maxBytes: 2 * 1024 * 1024 },
    names: {
      via: 'node',
      lane: 'fast',
      script: 'command -v lspci >/dev/null 2>&1 || exit 0\nlspci -D -nn -d 15b3:\nlspci -D -nn -d 10de:\nexit 0',
      optional: true,
    },
  },
  parse: ({ tree, names }): PciFacts => parsePci(tree.text, names.text),
})
