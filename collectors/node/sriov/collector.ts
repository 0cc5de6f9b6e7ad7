import { type Answer, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { parseIpLink } from '../ip-link/parse'
import { entries } from '../sysfs/entries'
import { toPfs } from '../sysfs/pfs'
import type { SriovFacts, SriovPf, SriovVf } from './facts'

/** NVIDIA network functions that are no VF: their files with one `grep`, their links with one `ls`, names by the shell. */
const TREE = `cd "$R/sys/bus/pci/devices" 2>/dev/null || exit 0
set --
l=
for d in *; do
  [ -e "$d/vendor" ] && [ ! -e "$d/physfn" ] || continue
  read -r v < "$d/vendor" && read -r c < "$d/class" || continue
  [ "$v" = 0x15b3 ] || continue
  case $c in 0x0200*|0x0207*) ;; *) continue ;; esac
  set -- "$@" "$d/class" "$d/device" "$d/numa_node" "$d/sriov_totalvfs" "$d/sriov_numvfs" "$d/sriov_drivers_autoprobe" "$d"/sriov/*/node "$d"/sriov/*/port "$d"/sriov/*/policy
  l="$l $d/driver $d/virtfn* $d/virtfn*/driver"
  for n in "$d"/net/* "$d"/infiniband/* "$d"/virtfn*/net/* "$d"/virtfn*/infiniband/*; do
    [ -e "$n" ] && printf '%s -> %s\\n' "\${n%/*}" "\${n##*/}"
  done
done
[ $# -gt 0 ] || exit 0
grep -s -H . "$@"
ls -ld -- $l 2>/dev/null
echo end
exit 0`

/** VF GUIDs and link states of inbox drivers; an absent \`ip\` leaves them unknown. */
const LINKS = `command -v ip >/dev/null 2>&1 || exit 0
ip -d -j link show 2>/dev/null || ip -d link show
exit 0`

/** SR-IOV state of every NVIDIA PF: the fact `sriov`. */
export default nodeCollector({
  id: 'sriov',
  title: 'SR-IOV functions (sysfs, ip link)',
  reads: {
    tree: { via: 'node', lane: 'fast', script: TREE, maxBytes: 2 * 1024 * 1024 },
    links: { via: 'node', lane: 'fast', script: LINKS, maxBytes: 4 * 1024 * 1024 },
  },
  /** No NVIDIA PF: `pfs` is empty. */
  parse({ tree, links }): SriovFacts {
    const ended = /(?:^|\n)end\n?$/.test(tree.text)
    const pfs = toPfs(entries(tree.text.split('\n')), ended)
    const seen = fromIpLink(links)
    const facts = {
      pfs: pfs.map((pf) =>
        withGuids(
          pf,
          seen.find((other) => other.netdev !== null && other.netdev === pf.netdev),
        ),
      ),
    }
    return pfs.length === 0 || ended ? facts : { ...facts, complete: false }
  },
})

function fromIpLink(links: Answer): readonly SriovPf[] {
  if (links.text.trim() === '') return []
  const parsed = parseIpLink(toCapture(links.text))
  return parsed.facts.pfs ?? []
}

/** OFED files win; what they do not say is taken from `ip link`. */
function withGuids(pf: SriovPf, other: SriovPf | undefined): SriovPf {
  if (!other || pf.vfs === null) return pf
  const vfs = pf.vfs.map((vf): SriovVf => {
    const same = other.vfs?.find((each) => each.index === vf.index)
    if (!same) return vf
    const guids =
      vf.guidAssigned === null
        ? {
            nodeGuid: same.nodeGuid,
            portGuid: same.portGuid,
            guidAssigned: same.guidAssigned,
            portGuidAssigned: same.portGuidAssigned ?? null,
          }
        : {}
    return { ...vf, ...guids, linkState: same.linkState ?? null }
  })
  return { ...pf, vfs }
}
