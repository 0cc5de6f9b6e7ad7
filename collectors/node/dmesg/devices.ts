import { pciAddress } from '@/lib/pci'
import type { LinkEvent, LogDevice } from './facts'
import type { LogRecord } from './records'
import type { Origin } from './rules'
import type { Tally } from './tally'

type Device = { -readonly [K in keyof LogDevice]: LogDevice[K] }

/** pcie_print_link_status of kernel drivers/pci/pci.c; up to 5.6 `8 GT/s x8 link`, then `8.0 GT/s PCIe x8 link`. */
const SPEED = '(?:(\\d+(?:\\.\\d+)?) GT/s(?: PCIe)?|Unknown(?: speed)?) x(\\d+) link'
const BANDWIDTH = new RegExp(
  `^(\\d+\\.\\d+) Gb/s available PCIe bandwidth(?: \\(${SPEED}\\)|, limited by ${SPEED} at (\\S{7,16}) \\(capable of (\\d+\\.\\d+) Gb/s with ${SPEED}\\))$`,
)

/** What mlx5 functions say of themselves, and their link events. */
export class Devices {
  readonly #devices = new Map<string, Device>()
  readonly events: LinkEvent[] = []
  /** Interfaces whose link was up since their driver started. */
  readonly #wasUp = new Map<string, string | null>()

  get list(): LogDevice[] {
    return [...this.#devices.values()]
  }

  /** Reads the link event of an interface; true when it was one. */
  readLink(record: LogRecord, { driver, pci, netdev }: Origin, text: string, tally: Tally): boolean {
    const link = /^Link (up|down)$/i.exec(text)?.[1]?.toLowerCase()
    if (netdev === null || !driver?.startsWith('mlx') || (link !== 'up' && link !== 'down')) return false
    this.#link(pci, netdev, link, record, tally)
    return true
  }

  /** Reads one message behind a device prefix; true when it was one of these. */
  read(record: LogRecord, from: Origin, text: string, tally: Tally): boolean {
    const { driver, pci, netdev } = from
    if (
      pci === null ||
      !(driver === 'mlx5_core' || driver === 'mlx4_core' || (driver === 'pci' && this.#devices.has(pci)))
    )
      return false
    const firmware = /^firmware version: (\d+(?:\.\d+)+)$/.exec(text)?.[1]
    if (firmware !== undefined && record.whole) this.#firmware(pci, firmware)
    const bandwidth = BANDWIDTH.exec(text)
    if (bandwidth) this.#bandwidth(pci, bandwidth, record, tally)
    const cable = /^Port module event(\[error\])?: module \d+, Cable (plugged|unplugged|error)/.exec(text)
    if (cable) this.#of(pci).cable = cable[2] === 'plugged' || cable[2] === 'unplugged' ? cable[2] : null
    if (netdev === null) return firmware !== undefined || bandwidth !== null || cable !== null
    const renamed = /^renamed from \S{1,40}(?: \(while UP\))?$/.test(text)
    if (renamed) this.#of(pci).renamedTo = netdev
    return this.readLink(record, from, text, tally) || renamed
  }

  #of(pci: string): Device {
    const known = this.#devices.get(pci)
    if (known) return known
    const device: Device = {
      pci,
      firmware: null,
      pcieGbps: null,
      pcieCapableGbps: null,
      pcieLimitedAt: null,
      cable: null,
      renamedTo: null,
    }
    this.#devices.set(pci, device)
    return device
  }

  /** A function says its firmware when its driver starts: links begin anew. */
  #firmware(pci: string, version: string): void {
    const device = this.#of(pci)
    const dead = /65535$/.test(version)
    device.firmware = dead ? null : version
    if (dead) device.dead = true
    else delete device.dead
    for (const [netdev, owner] of this.#wasUp) if (owner === pci) this.#wasUp.delete(netdev)
  }

  #bandwidth(pci: string, match: RegExpExecArray, record: LogRecord, tally: Tally): void {
    const device = this.#of(pci)
    device.pcieGbps = Number(match[1])
    const [, , , , limit, width, at, capable, able, ableWidth] = match
    device.pcieLimitedAt = pciAddress(at)
    device.pcieCapableGbps = capable === undefined ? null : Number(capable)
    if (capable === undefined) return
    // ConnectX-8 (Gen6) behind a Gen5 x16 port always says so; its GPU hangs on its own Gen6 switch.
    const normal = Number(limit) === 32 && Number(able) === 64 && width === ableWidth
    tally.add({ id: 'pcie-bandwidth-limited', severity: normal ? 'info' : 'warn', pci }, record)
  }

  /** A port that is down when its driver starts is no event; one that goes down later is. */
  #link(pci: string | null, netdev: string, event: 'up' | 'down', record: LogRecord, tally: Tally): void {
    const lost = event === 'down' && this.#wasUp.has(netdev)
    this.events.push({ netdev, event, pci, at: record.at, sec: record.sec, ...(lost ? { lost } : {}) })
    if (event === 'up') this.#wasUp.set(netdev, pci)
    else if (lost || pci === null || this.#devices.get(pci)?.firmware == null)
      tally.add({ id: 'link-down', severity: 'warn', ...(pci === null ? {} : { pci }), netdev }, record)
  }
}
