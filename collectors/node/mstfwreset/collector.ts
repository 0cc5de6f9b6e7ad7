import { NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { pciAddress } from '@/lib/pci'
import type { NicResetFacts } from './facts'
import { parseMstfwreset } from './parse'

/** Asks each card, function 0 only, what resets it offers. Never runs `reset`. */
const SCRIPT = `tool=mstfwreset
command -v mstfwreset >/dev/null 2>&1 || tool=mlxfwreset
for p in "$R"/sys/bus/pci/devices/*.0; do
  [ -e "$p/vendor" ] && [ ! -e "$p/physfn" ] || continue
  read -r v < "$p/vendor" && read -r c < "$p/class" || continue
  [ "$v" = 0x15b3 ] || continue
  case $c in 0x0200*|0x0207*) ;; *) continue ;; esac
  command -v "$tool" >/dev/null 2>&1 || { echo "mstfwreset: not found" >&2; exit 127; }
  printf '=== %s\\n' "\${p##*/}"
  priv "$tool" -d "\${p##*/}" q
done
exit 0`

/** What restarts each card's firmware: the fact `nicReset`. */
export default nodeCollector({
  id: 'nicReset',
  title: 'NIC firmware reset levels (mstfwreset)',
  reads: {
    query: {
      via: 'node',
      lane: 'slow',
      script: SCRIPT,
      package: 'mstflint',
      sudo: [
        { tool: 'mstfwreset', args: '-d PCI q' },
        { tool: 'mlxfwreset', args: '-d PCI q' },
      ],
      timeoutSec: 120,
      maxBytes: 512 * 1024,
    },
  },
  /** @throws NotRead when cards are there and none answered. */
  parse({ query }): NicResetFacts {
    const facts: { devices: NicResetFacts['devices'][number][]; unread: { pci: string; error: string }[] } = {
      devices: [],
      unread: [],
    }
    const sections = query.text.split(/^=== /m).slice(1)
    for (const section of query.cut ? sections.slice(0, -1) : sections) {
      const pci = pciAddress(section.slice(0, section.indexOf('\n')))
      if (pci === null) continue
      const parsed = parseMstfwreset(toCapture(section.slice(section.indexOf('\n') + 1)))
      if (parsed.status === 'ok') facts.devices.push({ ...parsed.facts, pci })
      else facts.unread.push({ pci, error: parsed.errors[0] ?? parsed.reason?.text ?? 'no answer' })
    }
    if (facts.devices.length === 0 && (facts.unread.length > 0 || query.stderr.trim() !== '')) {
      const failure = parseMstfwreset(toCapture(`${query.text}\n${query.stderr}\n`))
      throw new NotRead(
        failure.status === 'ok' ? 'unreadable' : failure.status,
        failure.reason?.text ?? 'mstfwreset could not be read',
      )
    }
    return facts
  },
})
