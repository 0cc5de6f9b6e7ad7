import { rejoined } from '@/lib/explain/rejoined'
import { textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'

/** Which network device an RDMA port has, as the script prints it (EXPLAIN §3). */
export interface RdmaNetdev {
  device: string
  port: number
  netdev: string | null
  /** `Up` or `Down`, as printed. */
  link: string | null
  pci: string | null
  type: string | null
  partNumber: string | null
  firmware: string | null
  /** Port state, `-v` only. */
  state: string | null
}

export interface Ibdev2netdevFacts {
  links: readonly RdmaNetdev[]
  complete?: boolean
}

/** Text of `ibdev2netdev`, plain or `-v`; every row ends with its closing parenthesis (mlnx-tools ofed_scripts/ibdev2netdev). */
export function parseIbdev2netdev(capture: Capture): Parsed<Ibdev2netdevFacts> {
  const lines = textLines(wholeRows(capture.lines))
  const rows = lines.filter(({ text }) => text.includes('==>') || / port \d/.test(text))
  // The very same row again was pasted twice.
  const links = [...new Set(rows.map(({ text }) => text))].flatMap((text) => row(text) ?? [])
  if (links.length === 0) {
    if (lines.length === 0) return notOk('absent', 'other', 'The script printed nothing')
    if (/command not found|: not found$/m.test(capture.text))
      return notOk('absent', 'other', 'ibdev2netdev is not installed')
    return notOk('unreadable', 'bad-layout', 'No RDMA port was found in the text')
  }
  const last = lines.at(-1)
  const cut = last !== undefined && !last.ended && row(last.text) === null
  return ok<Ibdev2netdevFacts>({
    links,
    ...(cut || rows.some(({ text }) => row(text) === null) ? { complete: false } : {}),
  })
}

/** Rows of `-v`, which a narrow terminal wraps in the middle of the model, put together again. */
export function wholeRows(lines: readonly string[]): readonly string[] {
  return rejoined(lines, UNENDED, BEGINS)
}

const UNENDED =
  /^\s*(?:[0-9a-fA-F:]{7,12}\.[0-7] )?[^\s():>[\]]{1,128} \(\w{1,20} - (?!.{0,900}==> {0,2}\S* *\(\w{1,20}\)\s*$)/
const BEGINS = /^\s*(?:[0-9a-fA-F:]{7,12}\.[0-7] \S|\S{1,128} (?:port \d|\(\w{1,20} - )|\S{0,100}[#$] |[`~]{3})/

/** The script prints NA for what the adapter does not tell. */
const known = (word: string | undefined): string | null =>
  word === undefined || word === '' || word === 'NA' ? null : word

/** One row; null for anything else, so that what a log collector put before it is never taken for a device. */
export function row(line: string): RdmaNetdev | null {
  if (line.length > 1000 || !line.includes(' ==>')) return null
  // Aligned by `column -t`, with a remark behind.
  const text = line.replace(/\s+/g, ' ').replace(/ #.*$/, '')
  const arrow = text.indexOf(' ==>')
  const right = /^ ?(\S*) *\((\w{1,20})\)$/.exec(text.slice(arrow + 4))
  const left = /^(.*?)(?:^| )port (\d{1,3})(?: \((\w{1,20}) *\))?$/.exec(text.slice(0, arrow).trimEnd())
  const head = /^(?:(\S{7,20}) )?([^\s():>[\]]{1,128})(?: (\(.*))?$/.exec(left?.[1] ?? '')
  if (!right || !left || !head || (head[1] !== undefined && pciAddress(head[1]) === null)) return null
  const rest = head[3] ?? null
  const model = rest === null ? null : /^\((\w{1,20}) - ?([^)]*)\)/.exec(rest)
  return {
    device: head[2] ?? '',
    port: Number(left[2]),
    netdev: right[1] || null,
    link: right[2] ?? null,
    pci: pciAddress(head[1]),
    type: model?.[1] ?? null,
    partNumber: known(model?.[2]?.trim()),
    firmware: (rest === null ? null : / fw (\S+) *$/.exec(rest)?.[1]) ?? null,
    state: left[3] ?? null,
  }
}
