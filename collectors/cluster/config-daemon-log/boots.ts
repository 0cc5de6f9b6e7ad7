import type { LogLine } from '../logs/line'

/** Lines that only a starting daemon prints (SNO cmd/sriov-network-config-daemon/start.go, pkg/daemon/daemon.go of 1.0 to 1.6). */
const START =
  /^(?:Run\(\): )?(?:daemon running in |start daemon)|^Starting (?:SriovNetworkConfigDaemon|SR-IOV Network Config Daemon)|^starting sriov-network-config-daemon/i
/** Reconciles come every 30 seconds (SNO consts.DaemonRequeueTime); no server is back from a reboot within this time. */
const BOOT_SECONDS = 120

/** Follows the lives of a daemon and the boots of its node through a log, line by line. */
export class Boots {
  /** Boots that the daemon asked for and that the lines after show to have happened. */
  count = 0
  readonly starts: (string | null)[] = []
  readonly reboots: (string | null)[] = []
  private askedAt: number | null = null
  private asked = false
  private fresh = false

  constructor(private readonly limit: number) {}

  /** Takes one line; true when the daemon starts with it. */
  take(line: LogLine): boolean {
    const started = START.test(line.message)
    const at = seconds(line)
    if (this.asked && (started || (at !== null && this.askedAt !== null && at - this.askedAt >= BOOT_SECONDS))) {
      this.asked = false
      this.count += 1
    }
    // One start prints several of these lines.
    if (started && !this.fresh && this.starts.length < this.limit) this.starts.push(line.at)
    this.fresh = started || (this.fresh && !/new generation|OnNodeStateChange/.test(line.message))
    if (/trigger node reboot/.test(line.message)) {
      this.asked = true
      this.askedAt = at
      if (this.reboots.length < this.limit) this.reboots.push(line.at)
    }
    return started
  }
}

/** Seconds on a scale of its own: klog has no year, so its times are only compared with each other. */
function seconds(line: LogLine): number | null {
  const iso = line.at === null ? Number.NaN : Date.parse(line.at)
  if (!Number.isNaN(iso)) return iso / 1000
  const [, month, day, time] = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d)\./.exec(line.text) ?? []
  const klog = Date.parse(`2000-${month}-${day}T${time}Z`)
  return line.dialect !== 'klog' || Number.isNaN(klog) ? null : klog / 1000
}
