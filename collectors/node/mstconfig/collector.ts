import { NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { isMstconfigFacts, type MstconfigFacts } from './facts'
import { parseMstconfig } from './parse'

/** Function 0 of every card that mlx5_core drives; one retry, alone, for the contention message (host-formats §1.7). */
const SCRIPT = `tool=mstconfig
command -v mstconfig >/dev/null 2>&1 || tool=mlxconfig
for p in "$R"/sys/bus/pci/devices/*.0; do
  [ -e "$p/vendor" ] && [ ! -e "$p/physfn" ] || continue
  read -r v < "$p/vendor" && read -r c < "$p/class" || continue
  [ "$v" = 0x15b3 ] || continue
  case $c in 0x0200*|0x0207*) ;; *) continue ;; esac
  command -v "$tool" >/dev/null 2>&1 || { echo "mstconfig: not found" >&2; exit 127; }
  d=\${p##*/}
  out=$(priv "$tool" -d "$d" -e q)
  case $out in *"NV access register"*) sleep 2; out=$(priv "$tool" -d "$d" -e q) ;; esac
  printf '=== %s\\n%s\\n' "$d" "$out"
done
exit 0`

const NONE: MstconfigFacts = { devices: [], actionHint: null, unsupported: [], failedTlvs: [], unread: [] }

/** NIC firmware configuration of every card: the fact `nicFirmware`. */
export default nodeCollector({
  id: 'nicFirmware',
  title: 'NIC firmware configuration (mstconfig)',
  reads: {
    query: {
      via: 'node',
      lane: 'slow',
      script: SCRIPT,
      package: 'mstflint',
      sudo: [
        { tool: 'mstconfig', args: '-d PCI -e q' },
        { tool: 'mlxconfig', args: '-d PCI -e q' },
      ],
      timeoutSec: 240,
      maxBytes: 2 * 1024 * 1024,
    },
  },
  /** No card: `devices` is empty. @throws NotRead when cards are there and none could be read. */
  parse({ query }): MstconfigFacts {
    const stdout = query.cut ? query.text.slice(0, query.text.lastIndexOf('\n') + 1) : query.text
    if (stdout.trim() === '' && query.stderr.trim() === '') return NONE
    const parsed = parseMstconfig(toCapture(`${stdout}\n${query.stderr}\n`))
    if (parsed.status !== 'ok') throw new NotRead(parsed.status, parsed.reason?.text ?? 'mstconfig could not be read')
    if (!isMstconfigFacts(parsed.facts)) throw new NotRead('unreadable', 'No parameter table was found')
    return query.cut ? { ...parsed.facts, complete: false } : parsed.facts
  },
})
