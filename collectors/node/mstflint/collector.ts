import { NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { pciAddress } from '@/lib/pci'
import type { NicImage, NicImageFacts } from './facts'
import { parseFlint } from './parse'

/** Running and stored firmware of each card, function 0 only. */
const SCRIPT = `tool=mstflint
command -v mstflint >/dev/null 2>&1 || tool=flint
for p in "$R"/sys/bus/pci/devices/*.0; do
  [ -e "$p/vendor" ] && [ ! -e "$p/physfn" ] || continue
  read -r v < "$p/vendor" && read -r c < "$p/class" || continue
  [ "$v" = 0x15b3 ] || continue
  case $c in 0x0200*|0x0207*) ;; *) continue ;; esac
  command -v "$tool" >/dev/null 2>&1 || { echo "mstflint: not found" >&2; exit 127; }
  printf '=== %s\\n' "\${p##*/}"
  priv "$tool" -d "\${p##*/}" q
done
exit 0`

/** Firmware images of each card: the fact `nicImage`. */
export default nodeCollector({
  id: 'nicImage',
  title: 'NIC firmware images (mstflint)',
  reads: {
    query: {
      via: 'node',
      lane: 'slow',
      script: SCRIPT,
      package: 'mstflint',
      sudo: [
        { tool: 'mstflint', args: '-d PCI q' },
        { tool: 'flint', args: '-d PCI q' },
      ],
      timeoutSec: 120,
      maxBytes: 512 * 1024,
    },
  },
  /** @throws NotRead when cards are there and none answered. */
  parse({ query }): NicImageFacts {
    const devices: NicImage[] = []
    const unread: { pci: string; error: string }[] = []
    const sections = query.text.split(/^=== /m).slice(1)
    for (const section of query.cut ? sections.slice(0, -1) : sections) {
      const at = section.indexOf('\n')
      const pci = pciAddress(section.slice(0, at))
      if (pci === null) continue
      const parsed = parseFlint(toCapture(section.slice(at + 1)))
      const device = parsed.facts.devices?.[0]
      if (device)
        devices.push({
          pci,
          psid: device.psid,
          firmware: device.firmware,
          runningFirmware: device.runningFirmware,
          firmwarePending: device.firmwarePending,
        })
      else unread.push({ pci, error: parsed.errors[0] ?? parsed.reason?.text ?? 'no answer' })
    }
    if (devices.length === 0 && (unread.length > 0 || query.stderr.trim() !== '')) {
      const failure = parseFlint(toCapture(`${query.text}\n${query.stderr}\n`))
      throw new NotRead(
        failure.status === 'ok' ? 'unreadable' : failure.status,
        failure.reason?.text ?? 'mstflint could not be read',
      )
    }
    return { devices, unread }
  },
})
