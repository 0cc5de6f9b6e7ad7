import { assignedGuid, type SriovPf, type SriovVf } from '@/collectors/node/sriov/facts'
import { jsonValues } from '@/lib/explain/json-values'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

/** Interfaces with VFs, as `ip -d link show` prints them (iproute2 ip/ipaddress.c, print_vfinfo). */
export interface IpLinkFacts {
  pfs: readonly SriovPf[]
  complete?: boolean
}

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const word = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Reads the JSON and the text form; an interface without VFs is left out. */
export function parseIpLink(capture: Capture): Parsed<IpLinkFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  const lines = withoutLogPrefix(capture.lines).flatMap(oneLine)
  const text = lines.join('\n')
  const values = /"ifname"/.test(text) ? jsonValues(text) : []
  const links = values
    .flatMap(({ value }) => (Array.isArray(value) ? value.filter(isFields) : []))
    .filter((link) => word(link.ifname) !== null)
  const cut = values.some(({ complete }) => !complete) ? { complete: false } : {}
  if (links.length > 0) return ok({ pfs: links.flatMap(fromJson), ...cut })
  if (lines.some((line) => HEAD.test(line) || VF.test(line)))
    return ok({ pfs: fromText(text.endsWith('\n') ? lines : lines.slice(0, -1)) })
  if (/does not exist|Cannot find device/.test(text))
    return notOk('absent', 'interface-missing', 'No such interface', [text.trim().split('\n')[0] ?? ''])
  if (/Cannot open netlink|netlink/i.test(text))
    return notOk('unreadable', 'interface-missing', 'No netlink', [text.trim().split('\n')[0] ?? ''])
  return notOk('unreadable', 'bad-layout', 'No interface was found')
}

function fromJson(link: Fields): SriovPf[] {
  const list = Array.isArray(link.vfinfo_list) ? link.vfinfo_list.filter(isFields) : []
  const vfs = list.flatMap((vf) => {
    if (typeof vf.vf !== 'number') return []
    return [toVf(vf.vf, word(vf['node guid']), word(vf['port guid']), word(vf.link_state))]
  })
  return vfs.length === 0 ? [] : [toPf(word(link.ifname), word(link.link_type), vfs)]
}

/** `ip -o`: one interface a line, with a backslash where a line would end. */
const oneLine = (line: string) => (/^\s*\d{1,6}: /.test(line) && line.includes('\\ ') ? line.split('\\') : [line])

const HEAD = /^\s*\d{1,6}: ([^\s:@]{1,15})(?:@[^\s:]+)?: </

const VF = /^\s*vf (\d{1,4}) .{0,400}(?:NODE_GUID|link-state) /

/** VFs without a line of their interface above them, or again from 0, are those of an interface whose line is lost. */
function fromText(lines: readonly string[]): SriovPf[] {
  const found: { name: string | null; type: string | null; vfs: SriovVf[] }[] = []
  for (const line of lines) {
    const head = HEAD.exec(line)?.[1]
    const vf = /^\s*vf (\d{1,4})\b/.exec(line)?.[1]
    const isLost = vf !== undefined && found.at(-1)?.vfs.some((each) => each.index === Number(vf)) !== false
    if (head !== undefined) found.push({ name: head, type: null, vfs: [] })
    else if (isLost) found.push({ name: null, type: /\blink\/(infiniband|ether)\b/.exec(line)?.[1] ?? null, vfs: [] })
    const current = found.at(-1)
    if (head !== undefined || !current) continue
    if (vf !== undefined) {
      const guid = (key: string) => new RegExp(`\\b${key} ([0-9a-fA-F:]{23})(?=[, ]|$)`).exec(line)?.[1] ?? null
      current.vfs.push(
        toVf(Number(vf), guid('NODE_GUID'), guid('PORT_GUID'), /\blink-state (\w+)/.exec(line)?.[1] ?? null),
      )
    } else if (current.type === null) current.type = /^\s*link\/(\w+)/.exec(line)?.[1] ?? null
  }
  return found.flatMap(({ name, type, vfs }) => (vfs.length === 0 ? [] : [toPf(name, type, vfs)]))
}

function toVf(index: number, node: string | null, port: string | null, linkState: string | null): SriovVf {
  return {
    index,
    pci: null,
    driver: null,
    nodeGuid: node === null ? null : assignedGuid(node),
    portGuid: port === null ? null : assignedGuid(port),
    guidAssigned: node === null ? null : assignedGuid(node) !== null,
    portGuidAssigned: port === null ? null : assignedGuid(port) !== null,
    policy: null,
    linkState,
  }
}

function toPf(netdev: string | null, type: string | null, vfs: readonly SriovVf[]): SriovPf {
  const linkLayer = type === 'infiniband' ? 'InfiniBand' : type === 'ether' ? 'Ethernet' : null
  return { pci: null, netdev, totalVfs: null, numVfs: null, autoprobe: null, vfs, linkLayer }
}
