import type { InfinibandFacts } from '@/collectors/node/infiniband/facts'
import { endsInsideLine, errorsOf, type TextLine, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { emptyDevice, emptyPort, type IbvDevice, type IbvPort, setDevice, setPort } from './fields'

export interface IbvDevinfoFacts {
  devices: readonly IbvDevice[]
  complete?: boolean
}

const ERROR = /^(?:Failed to |No IB devices found|IB device '|Invalid port|Unable to open|libibverbs: Warning|ibv_)/
const LISTED = /^(\d{1,4}) HCAs? found:$/

/**
 * Output of `ibv_devinfo`, short, `-v` or `-l` (rdma-core libibverbs/examples/devinfo.c). It needs device files under
 * /dev/infiniband, so an answer means that this namespace can use RDMA.
 */
export function parseIbvDevinfo(capture: Capture): Parsed<IbvDevinfoFacts> {
  const lines = textLines(capture.lines)
  const errors = errorsOf(lines, ERROR, /^libibverbs: Warning: /)
  const { devices, orphans } = toDevices(lines)
  if (devices.length === 0) return listed(lines.map(({ text }) => text)) ?? failure(capture.text, errors)
  const short = devices.some(({ portCount, ports }) => portCount !== null && portCount !== ports.length)
  const last = devices.at(-1)?.ports.at(-1)
  const cut =
    last === undefined ||
    last.linkLayer === null ||
    (endsInsideLine(capture.lines) && !/link_layer:\s+\w+$/.test(lines.at(-1)?.text ?? ''))
  const incomplete = orphans || short || cut || errors.length > 0
  return ok<IbvDevinfoFacts>({ devices, ...(incomplete ? { complete: false } : {}) }, { errors })
}

const DEVICE_KEYS = new Set(
  'transport fw_ver node_guid sys_image_guid vendor_id vendor_part_id hw_ver board_id phys_port_cnt'.split(' '),
)
const PORT_KEYS = new Set(
  'state max_mtu active_mtu sm_lid port_lid port_lmc link_layer active_width active_speed phys_state'.split(' '),
)

/** Devices and ports by their heading lines; a known key in the wrong place belongs to a block whose heading is lost. */
function toDevices(lines: readonly TextLine[]): { devices: IbvDevice[]; orphans: boolean } {
  const devices: (IbvDevice & { ports: IbvPort[] })[] = []
  let device: (IbvDevice & { ports: IbvPort[] }) | null = null
  let port: IbvPort | null = null
  let seen = new Set<string>()
  let orphans = false
  for (const { text, ended } of lines) {
    const [, key = '', value = ''] = /^([a-z_]{2,30}):\s*(.*)$/.exec(text) ?? []
    if (key === 'hca_id') {
      device = ended && value !== '' ? { ...emptyDevice(value), ports: [] } : null
      if (device) devices.push(device)
      port = null
      seen = new Set()
    } else if (key === 'port') {
      const number = ended && /^\d{1,3}$/.test(value) ? Number(value) : null
      const again = device?.ports.some((each) => each.port === number) ?? false
      if (again) device = null
      port = device && number !== null ? emptyPort(number) : null
      if (port) device?.ports.push(port)
      seen = new Set()
    } else if (DEVICE_KEYS.has(key)) {
      if (port || seen.has(key) || (device?.ports.length ?? 0) > 0) device = port = null
      if (device) setDevice(device, key, value, ended)
      else orphans = true
    } else if (PORT_KEYS.has(key)) {
      if (seen.has(key)) port = null
      if (port) setPort(port, key, value, ended)
      else orphans = true
    }
    if (key !== 'port') seen.add(key)
  }
  return { devices, orphans }
}

/** `-l`: names only. */
function listed(lines: readonly string[]): Parsed<IbvDevinfoFacts> | null {
  const at = lines.findIndex((line) => LISTED.test(line))
  const count = Number(LISTED.exec(lines[at] ?? '')?.[1] ?? -1)
  if (count < 0) return null
  const devices = lines
    .slice(at + 1, at + 1 + count)
    .filter((line) => /^\S{1,128}$/.test(line))
    .map(emptyDevice)
  return ok<IbvDevinfoFacts>({ devices, ...(devices.length < count ? { complete: false } : {}) })
}

function failure(text: string, errors: string[]): Parsed<IbvDevinfoFacts> {
  if (/No IB devices found/.test(text)) return ok<IbvDevinfoFacts>({ devices: [] }, { errors })
  if (/Function not implemented|No such (?:file|device)/.test(text))
    return notOk(
      'unreadable',
      'module-missing',
      'The kernel offers no verbs interface: ib_uverbs is not loaded',
      errors,
    )
  if (/IB device '.{1,200}' (?:wasn't|was not) found/.test(text))
    return notOk('absent', 'device-missing', 'No such RDMA device', errors)
  if (/Permission denied|Operation not permitted/.test(text))
    return notOk('denied', 'needs-root', 'The verbs device files may not be opened', errors)
  if (/Failed to (?:open|query)|Unable to open/.test(text))
    return notOk('unreadable', 'device-unreadable', 'A verbs device could not be opened', errors)
  if (/command not found|: not found$/m.test(text)) return notOk('absent', 'other', 'ibv_devinfo is not installed')
  if (text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  return notOk('unreadable', 'bad-layout', 'No verbs device was found in the text', errors)
}

/** The fact `infiniband`; null where no port was printed. */
export function infinibandOfIbv({ devices, complete }: IbvDevinfoFacts): InfinibandFacts | null {
  if (devices.every(({ ports }) => ports.length === 0)) return null
  return {
    devices: devices.map(({ name, firmware, boardId, vendorPartId, nodeGuid, ports }) => ({
      name,
      firmware,
      nodeGuid,
      psid: boardId,
      type: vendorPartId === null ? null : `MT${vendorPartId}`,
      ports,
    })),
    ...(complete === false ? { complete: false } : {}),
  }
}
