import { endsInsideLine, errorsOf, type TextLine, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { emptyDevice, toBlocks } from './blocks'
import type { IbstatDevice, IbstatFacts } from './facts'

const ERROR = /^ib(?:panic|warn|error): /
const MARKER = /^ib(?:panic|warn|error): (?:\[\d+\] )?/
/** Names as `ibstat -l` prints them, one a line (host-formats §1 rule 9). */
export const DEVICE_NAME =
  /^(?:mlx[45]_\w{1,60}|roce\w{1,60}|ibp\w{1,60}|(?:rdma|opa|iw|ib)(?:(?:P\d{1,5})?[ps]\d{1,5}\w{0,40}|o\d{1,5}\w{0,20}|x[0-9a-f]{12,16})|ib\d{1,3}|rxe_?\d{1,3}|irdma\d{1,3}|siw_?\w{1,30}|hfi1_\d{1,3}|bnxt_re\w{1,30}|qedr\d{1,3}|erdma_\d{1,3}|efa_\d{1,3}|mana_\d{1,3}|ionic_\d{1,3}|smi\d{1,3}|mthca\d{1,3}|qib\d{1,3}|vmw_pvrdma\d{1,3})$/

/**
 * Text of `ibstat`: all devices, one device, one port, or names (`-l`). Printing nothing means no device, with exit status 0.
 * Source: rdma-core infiniband-diags/ibstat.c; host-formats §5.
 */
export function parseIbstat(capture: Capture): Parsed<IbstatFacts> {
  const lines = textLines(capture.lines)
  const errors = errorsOf(lines, ERROR, MARKER)
  if (lines.length === 0) return ok<IbstatFacts>({ devices: [] })
  if (lines.every(({ text }) => DEVICE_NAME.test(text) || isAside(text))) {
    const bare = lines.filter(({ text }) => !isAside(text))
    if (bare.length > 0) return names(bare, errors)
  }
  const { devices, orphans, single } = toBlocks(lines)
  if (devices.length === 0) return failure(capture.text, errors)
  // A switch counts its external ports and shows its management port 0.
  const short =
    !single &&
    devices.some(
      ({ ports, portCount }) =>
        ports !== null && portCount !== ports.length && !(ports.length === 1 && ports[0]?.port === 0),
    )
  const cut = endsInsideLine(capture.lines) && (devices.at(-1)?.ports?.at(-1)?.linkLayer ?? null) === null
  const incomplete = orphans || short || cut || unfinished(devices) || errors.length > 0
  return ok<IbstatFacts>({ devices, ...(incomplete ? { complete: false } : {}) }, { errors })
}

function isAside(text: string): boolean {
  return ERROR.test(text) || text.startsWith('```')
}

function names(lines: readonly TextLine[], errors: string[]): Parsed<IbstatFacts> {
  const whole = lines.filter(({ ended }) => ended)
  const devices = whole.map(({ text }) => emptyDevice(text))
  return ok<IbstatFacts>({ devices, ...(whole.length < lines.length ? { complete: false } : {}) }, { errors })
}

/** Ports were printed for the others and not for the last one, or its last port is not whole. */
function unfinished(devices: readonly IbstatDevice[]): boolean {
  const ports = devices.at(-1)?.ports
  return ports === null ? devices.some((device) => device.ports !== null) : ports?.at(-1)?.linkLayer === null
}

function failure(text: string, errors: string[]): Parsed<IbstatFacts> {
  if (/IB device can't be found/.test(text)) return notOk('absent', 'device-missing', 'No such RDMA device', errors)
  if (/is ib_umad module loaded|can't read ABI version/.test(text))
    return notOk('unreadable', 'module-missing', 'The kernel module ib_umad is not loaded', errors)
  if (/command not found|: not found$/m.test(text)) return notOk('absent', 'other', 'ibstat is not installed', errors)
  if (/stat of IB device .{1,200} failed|can't (?:init UMAD|list IB)/.test(text))
    return notOk('unreadable', 'device-unreadable', 'The RDMA devices could not be read', errors)
  return notOk('unreadable', 'bad-layout', 'No RDMA device was found in the text', errors)
}
