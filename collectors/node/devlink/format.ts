import type { NicImageFacts } from '@/collectors/node/mstflint/facts'
import { jsonValues } from '@/lib/explain/json-values'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, format, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'

/** Firmware of one adapter as devlink prints it. */
export interface DevlinkDevice {
  pci: string
  psid: string | null
  runningFirmware: string | null
  storedFirmware: string | null
  /** running ≠ stored; null when either is unknown. */
  firmwarePending: boolean | null
}

export interface DevlinkFacts {
  devices: readonly DevlinkDevice[]
  complete?: boolean
}

type Versions = Record<string, string | undefined>
type Fields = Readonly<Record<string, unknown>>
const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

/** 255.255.65535 in stored means that flash could not be read (host-formats §2.1). */
function version(text: string | undefined): string | null {
  return text !== undefined && /^\d+(?:\.\d+)+$/.test(text) && !/\.65535$/.test(text) ? text : null
}

function toDevice(pci: string, versions: Versions): DevlinkDevice {
  const running = version(versions['running fw.version'] ?? versions['running fw'])
  const stored = version(versions['stored fw.version'] ?? versions['stored fw'])
  return {
    pci,
    psid: versions['fixed fw.psid'] ?? null,
    runningFirmware: running,
    storedFirmware: stored,
    firmwarePending: running === null || stored === null ? null : running !== stored,
  }
}

function fromText(lines: readonly string[]): DevlinkDevice[] {
  const found: { pci: string; versions: Versions }[] = []
  let section = ''
  for (const line of lines) {
    // A device on another bus (`auxiliary/mlx5_core.sf.2`) ends the one before.
    const device = /^[ \t]*([a-z_]{2,20}\/\S{1,200}):\s*$/.exec(line)?.[1]
    const heading = /^[ \t]*(fixed|running|stored|versions):\s*$/.exec(line)?.[1]
    const entry = /^[ \t]*(fw\.psid|fw\.version|fw) (\S+)\s*$/.exec(line)
    if (device !== undefined) {
      section = ''
      found.push({ pci: (device.startsWith('pci/') && pciAddress(device.slice(4))) || '', versions: {} })
    } else if (heading !== undefined) section = heading
    else if (entry && section !== '') {
      const last = found.at(-1)
      const [key, bare] = [`${section} ${entry[1]}`, `${section} fw`]
      // `fw` ends a section: more keys after it, or the same again, belong to a section whose heading is lost.
      if (!last || last.versions[key] !== undefined || last.versions[bare] !== undefined) section = ''
      else last.versions[key] = entry[2]
    }
  }
  return found.flatMap(({ pci, versions }) => (pci === '' ? [] : [toDevice(pci, versions)]))
}

function fromJson(text: string): DevlinkDevice[] {
  return jsonValues(text).flatMap(({ value }) =>
    Object.entries(fields(fields(value).info)).flatMap(([name, info]) => {
      const pci = name.startsWith('pci/') ? pciAddress(name.slice(4)) : null
      if (pci === null) return []
      const versions: Versions = {}
      for (const [section, entries] of Object.entries(fields(fields(info).versions))) {
        for (const [key, entry] of Object.entries(fields(entries)))
          if (typeof entry === 'string') versions[`${section} ${key}`] = entry
      }
      return [toDevice(pci, versions)]
    }),
  )
}

/** Reads `devlink dev info`, text or `-j`. */
function parse(capture: Capture): Parsed<DevlinkFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  const lines = withoutLogPrefix(capture.lines)
  const text = lines.join('\n')
  const devices = /"info"\s*:/.test(text) ? fromJson(text) : fromText(text.endsWith('\n') ? lines : lines.slice(0, -1))
  if (devices.length > 0) return ok({ devices })
  const first = lines.find((line) => line.trim() !== '')?.trim() ?? ''
  if (/devlink Netlink|netlink/i.test(text))
    return notOk('absent', 'interface-missing', 'The kernel offers no devlink here', [first])
  if (/No such device/.test(text)) return notOk('absent', 'device-missing', 'No such device', [first])
  if (/not permitted|Permission denied/.test(text))
    return notOk('denied', 'needs-root', 'devlink needs root here', [first])
  return notOk('unreadable', 'bad-layout', 'No device was found')
}

/** Output of `devlink dev info`. */
export default format({
  kind: 'devlink',
  title: 'devlink dev info',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*pci\/[0-9a-fA-F:.]+:\s*$/m.test(head) && /^[ \t]*(?:versions|driver\b)/m.test(head)) return 95
    if (/^[ \t]*\{/m.test(head) && /"info"\s*:/.test(head) && /"pci\/[0-9a-fA-F:.]+"/.test(head)) return 95
    return /devlink Netlink|devlink answers|^[ \t]*kernel answers: /m.test(head) ? 75 : 0
  },
  parse,
  provides(facts: DevlinkFacts) {
    const devices = facts.devices.map((device) => ({
      pci: device.pci,
      psid: device.psid,
      firmware: device.storedFirmware,
      runningFirmware: device.runningFirmware,
      firmwarePending: device.firmwarePending,
    }))
    const nicImage: NicImageFacts = { devices, unread: [] }
    return devices.some((device) => device.firmwarePending !== null) ? { nicImage } : {}
  },
})
