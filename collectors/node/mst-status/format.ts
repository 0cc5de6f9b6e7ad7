import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { rejoined } from '@/lib/explain/rejoined'
import { type Capture, format, notOk, ok, type Parsed } from '@/lib/format'
import { pciAddress } from '@/lib/pci'

export interface MstDevice {
  mst: string | null
  /** Without its revision. */
  type: string | null
  pci: string
  rdma: string | null
  net: string | null
  numaNode: number | null
}

/** What `mst status [-v]` says (EXPLAIN §3). */
export interface MstStatusFacts {
  mstPciModule: boolean | null
  mstPciconfModule: boolean | null
  devices: readonly MstDevice[]
}

/** Rows of `-v`, which a narrow terminal wraps behind the address, and how lines begin that are no rest of one. */
const LONG = /^\s*\S{2,80}\s+(?:NA|\/dev\/\S{1,80})\s+(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]\s/
const BEGINS = /^\s*(?:\S{2,80}\s+(?:NA|\/dev\/\S)|MST |PCI |DEVICE_TYPE|Cables|-{4}|\/dev\/|\S{0,100}[#$>] |[`~]{3})/

const known = (word: string | undefined): string | null =>
  word === undefined || word === 'NA' || word === '-' ? null : word

function loaded(lines: readonly string[], name: string): boolean | null {
  const line = lines
    .find((each) => each.trimStart().startsWith(name))
    ?.trim()
    .slice(name.length)
  if (line === undefined) return null
  if (/^ (?:is )?not loaded$/.test(line)) return false
  return /^ (?:is )?loaded$/.test(line) ? true : null
}

/** A row of `-v`: cells may be empty, so they are told apart by form: PCI address, `net-` names, the NUMA number. */
function row(line: string): MstDevice | null {
  const words = line.trim().split(/\s+/)
  const at = words.findIndex((word) => /^(?:[0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7]$/.test(word))
  const pci = pciAddress(words[at])
  if (pci === null || at > 2) return null
  const rest = words.slice(at + 1)
  const numaAt = rest.findIndex((word) => /^-?\d{1,4}$/.test(word))
  const names = (numaAt < 0 ? rest : rest.slice(0, numaAt)).filter((word) => known(word) !== null)
  const net = names.find((word) => word.startsWith('net-')) ?? names[1]
  const rdma = names.find((word) => !word.startsWith('net-') && word !== net)
  const numa = numaAt < 0 ? null : Number(rest[numaAt])
  const type = at > 0 ? known(words[0]) : null
  return {
    mst: at > 1 ? known(words[1]) : null,
    type: type?.replace(/\(rev:.*$/, '') ?? null,
    pci,
    // `mlx5_0,smi0`: the second is for subnet management only.
    rdma: rdma?.split(',')[0] || null,
    net: net?.replace(/(^|,)net-/g, '$1').replace(/,$/, '') || null,
    numaNode: numa === null || numa < 0 ? null : numa,
  }
}

function plain(lines: readonly string[]): MstDevice[] {
  const devices: MstDevice[] = []
  let mst: string | null = null
  for (const line of lines) {
    mst = /^[ \t]*(\/dev\/mst\/\S+)/.exec(line)?.[1] ?? mst
    const pci = pciAddress(/domain:bus:dev\.fn=(\S+)/.exec(line)?.[1])
    if (pci === null || mst === null) continue
    devices.push({ mst, type: null, pci, rdma: null, net: null, numaNode: null })
    mst = null
  }
  return devices
}

function parse(capture: Capture): Parsed<MstStatusFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'The tool printed nothing')
  const lines = rejoined(withoutLogPrefix(capture.lines), LONG, BEGINS)
  const last = lines.at(-1) ?? ''
  const ended = last === '' || /\s$/.test(last) ? lines : lines.slice(0, -1)
  const header = ended.findIndex((line) => /^[ \t]*DEVICE_TYPE\s+MST\s+PCI\b/.test(line))
  const listed = header < 0 ? plain(ended) : ended.slice(header + 1).flatMap((line) => row(line) ?? [])
  const modules = {
    mstPciModule: loaded(ended, 'MST PCI module'),
    mstPciconfModule: loaded(ended, 'MST PCI configuration module'),
  }
  const facts = { ...modules, devices: [...new Map(listed.map((device) => [device.pci, device])).values()] }
  if (header >= 0 || listed.length > 0 || facts.mstPciModule !== null || facts.mstPciconfModule !== null)
    return ok(facts)
  if (/must be (?:run as )?root|Permission denied|need to be root/i.test(capture.text))
    return notOk('denied', 'needs-root', 'mst needs root')
  return notOk('unreadable', 'bad-layout', 'Neither modules nor devices were found')
}

/** Output of `mst status [-v]`. */
export default format({
  kind: 'mst-status',
  title: 'mst status',
  recognise({ text }) {
    const head = text.slice(0, 50_000)
    if (/^[ \t]*MST (?:modules|devices):/m.test(head) || /^[ \t]*DEVICE_TYPE\s+MST\s+PCI\b/m.test(head)) return 95
    if (/-E- You must be root to use mst/.test(head)) return 75
    return /domain:bus:dev\.fn=/.test(head) || /^[ \t]*MST PCI (?:configuration )?module /m.test(head) ? 85 : 0
  },
  parse,
})
