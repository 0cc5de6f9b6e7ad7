import { rejoined } from '@/lib/explain/rejoined'
import { textLines } from '@/lib/explain/text-lines'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'

/** One entry of a port's GID table (EXPLAIN §3). InfiniBand entries have neither version nor network device. */
export interface Gid {
  device: string
  port: number
  index: number
  gid: string
  ipv4: string | null
  /** RoCE version; null for InfiniBand. */
  version: 'v1' | 'v2' | null
  netdev: string | null
}

export interface GidFacts {
  gids: readonly Gid[]
  complete?: boolean
}

const ROW = /^(\S{1,128})\s+(\d{1,3})\s+(\d{1,5})\s+((?:[0-9a-fA-F]{4}:){7}[0-9a-fA-F]{4})(?:\s+(\S.*))?$/

/** Rows that a narrow terminal may have wrapped after the GID, and how lines begin that are no rest of one: a rest has three words at most. */
const LONG = /^\s*\S{1,128}\s+\d{1,3}\s+\d{1,5}\s+[0-9a-fA-F]{1,4}:[0-9a-fA-F:]{10,}/
const BEGINS =
  /^\s*(?:\S{1,128}\s+\d{1,3}\s+\d{1,5}\s+[0-9a-fA-F]{1,4}:|DEV\b|---|n_gids_found|ls: |cat: |\S{0,100}[#$>] ?|\[[^\]]{1,100}\][#$]|[`~]{3}|[{<]|\S+[:.]$|\S+(?:\s+\S+){3})/

/** Text of `show_gids`, with tabs or aligned by a paste: cells are told apart by their form (mlnx-tools sbin/show_gids). */
export function parseShowGids(capture: Capture): Parsed<GidFacts> {
  const lines = textLines(rejoined(capture.lines, LONG, BEGINS))
  const gids = lines.flatMap(({ text, ended }) => row(text, ended) ?? [])
  const footer = lines.flatMap(({ text, ended }) => (ended ? (/^n_gids_found=(\d{1,6})$/.exec(text)?.[1] ?? []) : []))
  const headed = lines.some(({ text }) => /^DEV\s+PORT\s+INDEX\s+GID\b/.test(text))
  const counted = footer.reduce((sum, each) => sum + Number(each), 0)
  const last = lines.at(-1)?.text ?? ''
  const unended = footer.length === 0 && last !== `n_gids_found=${gids.length}`
  const whole = footer.length > 0 ? counted === gids.length : !unended
  if (gids.length > 0 || headed || footer.length > 0)
    return ok<GidFacts>({ gids, ...(whole ? {} : { complete: false }) })
  if (lines.length === 0) return notOk('absent', 'other', 'The script printed nothing')
  if (/command not found|: not found$/m.test(capture.text))
    return notOk('absent', 'other', 'show_gids is not installed')
  return notOk('unreadable', 'bad-layout', 'No GID was found in the text')
}

/** After the GID stand, each of them optional, an IPv4 address, `v1` or `v2`, and a network device. */
function row(text: string, ended: boolean): Gid | null {
  const match = ROW.exec(text)
  if (!match) return null
  const cells = (match[5] ?? '').split(/\s+/).filter((cell) => cell !== '')
  // The last cell of a line without its end may be half an address or half a name.
  if (!ended && !/^v[12]$/.test(cells.at(-1) ?? 'v1')) cells.pop()
  const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(cells[0] ?? '') ? (cells.shift() ?? null) : null
  const version = cells[0] === 'v1' || cells[0] === 'v2' ? cells[0] : null
  if (version !== null) cells.shift()
  if (cells.length > 1) return null
  return {
    device: match[1] ?? '',
    port: Number(match[2]),
    index: Number(match[3]),
    gid: match[4] ?? '',
    ipv4,
    version,
    netdev: cells[0] ?? null,
  }
}
