import type { SignatureHit } from '@/collectors/run/nccl-tests/facts'
import type { Capture, Parsed } from '@/lib/format'
import { notOk, ok } from '@/lib/format'
import { type MissingRank, type RasFacts, type RasGroup, type RasSuspect, rasSignatures, unique } from './facts'
import { parseRasJson } from './json'
import { rasRefusal } from './refusal'

const MAX_ENTRIES = 4096

/** Reads the text or JSON answer of the RAS client. */
export function parseRas(capture: Capture): Parsed<RasFacts> {
  const json = parseRasJson(capture.text)
  if (json) return json
  const lines = capture.lines.slice(0, -1)
  const table = groupsOf(lines)
  const groups = table?.groups ?? null
  const problems = [...problemsOf(lines), ...watched(lines)]
  const monitored = lines.some((line) => MONITOR.test(line))
  if (groups === null && problems.length === 0 && !monitored && !lines.some((line) => HEAD.test(line))) {
    return rasRefusal(capture.lines) ?? notOk('unreadable', 'bad-layout', 'no communicator table and no list of errors')
  }
  const missingRanks = problems.flatMap(missingIn)
  const suspects = problems.filter((problem) => problem.id !== 'MISMATCH').flatMap(suspectsIn)
  const facts: RasFacts = {
    ncclVersion: /NCCL version (\d+\.\d+\.\d+)/.exec(lines.join('\n'))?.[1] ?? null,
    // A table that may go on proves no number.
    communicators: table?.ended ? sum(table.groups.map((group) => group.communicators)) : null,
    groups: (groups ?? []).map(({ ranks, status, errors }) => ({ ranks, status, errors })),
    missingRanks: missingRanks.slice(0, MAX_ENTRIES),
    suspects: unique(suspects).slice(0, MAX_ENTRIES),
    signatures: signaturesOf(groups ?? [], problems),
    complete: groups !== null || monitored,
  }
  return ok(facts)
}

interface TextGroup extends RasGroup {
  communicators: number | null
}

/** Rows under `Group Comms Nodes Ranks Ranks Ranks Status Errors`; null where no such table is. */
function groupsOf(lines: readonly string[]): { groups: TextGroup[]; ended: boolean } | null {
  const head = lines.findIndex((line) => /^\s*Group\s+Comms\s.*Status\s+Errors\s*$/.test(line))
  if (head < 0) return lines.some((line) => NOBODY.test(line)) ? { groups: [], ended: true } : null
  const groups: TextGroup[] = []
  for (const line of lines.slice(head + 1, head + 1 + MAX_ENTRIES)) {
    const row = /^\s*(\d+)\s+(\d+)\s+[\d-]+\s+[\d-]+\s+[\d-]+\s+([\d-]+)\s+([A-Z/,]+)\s+([A-Z/,]+)\s*$/.exec(line)
    if (row) {
      const [, , communicators = '', ranks = '', status = '', errors = ''] = row
      groups.push({
        communicators: Number(communicators),
        ranks: /^\d+$/.test(ranks) ? Number(ranks) : null,
        status,
        errors,
      })
    } else if (groups.length > 0) return { groups, ended: true }
  }
  return { groups, ended: false }
}

/** Instead of the table, where no rank has a communicator. */
const NOBODY = /^\s*No communicator data collected!/
/** What every report begins with. */
const HEAD = /^\s*NCCL version \S{1,40} compiled with CUDA/

/** One block under Errors or Warnings: its word and the lines below it. */
interface Problem {
  id: string
  lines: string[]
}

/** Head of `ncclras -m` (2.29+), which goes on until somebody stops it. */
const MONITOR = /^\s*RAS Monitor Mode - watching/
/** `[2025-12-19 13:07:07] PEER_DEAD: Process 1524345 on node 172.16.64.245 managing GPU 1`, or an address; details may follow. */
const EVENT = /^\s*\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] (PEER_[A-Z_]{3,24}): (.{1,600})$/

/** Processes that the monitor saw die or fall silent, and not come back. */
function watched(lines: readonly string[]): Problem[] {
  const problems = new Map<string, Problem>()
  for (const line of lines) {
    const [, event = '', about = ''] = EVENT.exec(line) ?? []
    const who = PROCESS.exec(about)?.[0] ?? about
    const known = problems.get(who)
    if (/DEAD/.test(event)) problems.set(who, { id: 'DEAD', lines: [about] })
    else if (event === 'PEER_UNRESPONSIVE' && !known) problems.set(who, { id: 'INCOMPLETE', lines: [about] })
    else if (event === 'PEER_RECOVERED' && known?.id === 'INCOMPLETE') problems.delete(who)
  }
  return [...problems.values()].slice(0, MAX_ENTRIES)
}

function problemsOf(lines: readonly string[]): Problem[] {
  const problems: Problem[] = []
  let inside = false
  for (const line of lines) {
    if (/^\s*(?:Errors|Warnings)\s*$/.test(line)) inside = true
    const head = inside ? /^\s*(?:#\d+-\d+ \(\w+\) )?([A-Z]{4,16})\s*$/.exec(line) : null
    if (head?.[1] && problems.length < MAX_ENTRIES) problems.push({ id: head[1], lines: [] })
    else if (problems.length > 0) problems.at(-1)?.lines.push(line)
  }
  return problems
}

/** `The missing rank: 21`, `The missing ranks: 8-15,21`, or `Rank 3 -- GPU 1 managed by process 5 on node N` below INCOMPLETE and DEAD. */
function missingIn({ id, lines }: Problem): MissingRank[] {
  if (id !== 'INCOMPLETE' && id !== 'DEAD') return []
  return lines.flatMap((line) => {
    const list = /missing ranks?: ([\d, -]{1,2000})/i.exec(line)?.[1]
    const one =
      /^\s*Rank (\d+) -- (?:GPU \d+(?: \(NVML \d+\))? managed by process \d+ on node (\S+)|\[process information not found\])/.exec(
        line,
      )
    const dead = id === 'DEAD' ? true : null
    if (one) return [{ rank: Number(one[1]), host: one[2] ?? null, unresponsive: null, dead }]
    return list === undefined ? [] : numbersIn(list).map((rank) => ({ rank, host: null, unresponsive: null, dead }))
  })
}

const PROCESS = /Process (\d{1,10}) on node (\S{1,260}) managing GPUs? (\d{1,4}(?:,\d{1,4}){0,63})(?=\s|$)/

function suspectsIn({ lines }: Problem): RasSuspect[] {
  return lines.flatMap((line) => {
    const process = PROCESS.exec(line)
    const [, pid, host = '', gpus = ''] = process ?? []
    return process ? gpus.split(',').map((gpu) => ({ pid: Number(pid), host, gpu: Number(gpu) })) : []
  })
}

function numbersIn(list: string): number[] {
  return list.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.trim().split('-').map(Number)
    if (!Number.isInteger(from) || !Number.isInteger(to) || to < from || to - from > MAX_ENTRIES) return []
    return Array.from({ length: to - from + 1 }, (_, step) => from + step)
  })
}

function signaturesOf(groups: readonly RasGroup[], problems: readonly Problem[]): SignatureHit[] {
  const words = [
    ...groups.flatMap((group) => [group.status, group.errors]),
    ...problems.map((problem) => problem.id),
  ].join(' ')
  return rasSignatures(/\b(?:INCOMPLETE|DEAD)\b/.test(words), /\bMISMATCH\b/.test(words))
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0)
}
