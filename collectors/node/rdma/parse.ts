import { errorsOf, textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import type { RdmaFacts } from './facts'
import { jsonForm } from './json'
import { textForm } from './text'

const ERROR = /^(?:Failed to |Wrong device name|rdma: |Error: |error: )/i

/** Output of `rdma link|dev|system`, text or JSON (iproute2 rdma/{link,dev,sys}.c; host-formats §6). */
export function parseRdma(capture: Capture): Parsed<RdmaFacts> {
  const lines = textLines(capture.lines)
  const errors = errorsOf(lines, ERROR, /^(?:rdma|error): /i)
  const json = jsonForm(capture.text)
  if (json) return ok(json, { errors })
  const { links, devices, system, cut } = textForm(capture.lines)
  if (links.length > 0 || devices.length > 0 || system)
    return ok<RdmaFacts>(
      {
        ...(links.length > 0 ? { links } : {}),
        ...(devices.length > 0 ? { devices } : {}),
        ...(system ? { system } : {}),
        ...(cut ? { complete: false } : {}),
      },
      { errors },
    )
  if (/NETLINK_RDMA|netlink/i.test(capture.text))
    return notOk('unreadable', 'interface-missing', 'The kernel offers no RDMA netlink interface here', errors)
  if (/Operation not permitted|Permission denied/.test(capture.text))
    return notOk('denied', 'needs-root', 'The RDMA netlink interface refused', errors)
  if (/Wrong device name/.test(capture.text)) return notOk('absent', 'device-missing', 'No such RDMA device', errors)
  if (/command not found|: not found$/m.test(capture.text)) return notOk('absent', 'other', 'rdma is not installed')
  if (lines.length === 0) return notOk('absent', 'other', 'The tool printed nothing')
  return notOk('unreadable', 'bad-layout', 'No RDMA link, device or system line was found', errors)
}
