import { type Answer, NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { type DmesgFacts, isDmesgFacts } from './facts'
import { emptyLog, parseDmesg } from './parse'

/** The journal of this boot (complete), else the ring buffer (rotates); only lines that a rule reads. */
const SCRIPT = `p='mlx[45]|nvidia|NVRM|iommu|DMAR|AMD-Vi|ecure ?boot|Lockdown|locked down|Unknown symbol|disagrees about|version magic|probe of|NETDEV WATCHDOG|SR-IOV|Linux version'
command -v journalctl >/dev/null 2>&1 && o=$(priv journalctl -k -b -o short-iso --no-pager -q | grep -E "$p")
[ -n "$o" ] || o=$(priv dmesg --time-format iso | grep -E "$p")
[ -n "$o" ] && printf '%s\\n' "$o"
echo end
exit 0`

/** The kernel log of this boot: the fact `dmesg`. */
export default nodeCollector({
  id: 'dmesg',
  title: 'Kernel log of this boot',
  reads: {
    log: {
      via: 'node',
      lane: 'slow',
      script: SCRIPT,
      sudo: [
        { tool: 'journalctl', args: '-k -b -o short-iso --no-pager -q' },
        { tool: 'dmesg', args: '--time-format iso' },
      ],
      timeoutSec: 60,
      maxBytes: 4 * 1024 * 1024,
    },
  },
  /** @throws NotRead when the log was refused: silence is never "no errors" */
  parse({ log }: { log: Answer }): DmesgFacts {
    const ended = /(?:^|\n)end\n?$/.test(log.text)
    const text = log.text.replace(/(^|\n)end\n?$/, '$1')
    if (text.trim() === '' && log.stderr.trim() === '' && ended) return emptyLog()
    const parsed = parseDmesg(toCapture(`${text}\n${log.stderr}\n`))
    if (parsed.status !== 'ok')
      throw new NotRead(parsed.status, parsed.reason?.text ?? 'the kernel log could not be read')
    if (!isDmesgFacts(parsed.facts)) throw new NotRead('unreadable', 'the kernel log could not be read')
    return ended ? { ...parsed.facts, kept: true } : parsed.facts
  },
})
