import { withoutBlockIndent } from '@/lib/explain/block-indent'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { toolRefusal } from '@/lib/explain/tool-refusal'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { isCmdline, joinedCmdline, parseCmdline } from './cmdline'
import type { Hugepages, KernelModule, ProcFacts } from './facts'

const MODULE =
  /^([A-Za-z0-9_]{1,64}) (\d{1,12}) (\d{1,9}|-) (\S{1,4000}) (Live|Loading|Unloading) 0x[0-9a-fA-F]{1,16}(?: \(([A-Z+-]{1,16})\))?$/
const LSMOD = /^([A-Za-z0-9_]{1,64}) {1,40}(\d{1,12}) {1,8}(-?\d{1,9})(?: +(\S{1,4000}))?$/
const KNOWN =
  /^(?:mlx[45]_(?:core|ib)|ib_(?:core|uverbs|umad|ipoib|cm)|rdma_u?cm|nvidia(?:_uvm|_peermem)?|nv_peer_mem|mlx_compat) /
const HUGE = /^(?:\/proc\/meminfo:)?(HugePages_Total|HugePages_Free|Hugepagesize|Hugetlb): +(\d{1,12})(?: kB)?$/

/** Without what fills a terminal's line: more than one blank at its end. */
export function unpadded(line: string): string {
  return /\s{2}$/.test(line) ? line.trimEnd() : line
}

/** How many lines of which part of /proc a text holds. */
export function procLines(lines: readonly string[]): { cmdline: number; modules: number; lsmod: number; huge: number } {
  const count = (test: (line: string) => boolean) => lines.filter(test).length
  return {
    cmdline: count(isCmdline),
    modules: count((line) => MODULE.test(line)),
    // Filtered by grep the heading is gone: modules we know by name make it a listing.
    lsmod: lines.some((line) => /^Module\s+Size\s+Used by/.test(line) || (KNOWN.test(line) && LSMOD.test(line)))
      ? count((line) => LSMOD.test(line))
      : 0,
    huge: count((line) => HUGE.test(line)),
  }
}

/** Reads /proc/cmdline, the hugepage lines of /proc/meminfo, /proc/modules or lsmod, in any mix. */
export function parseProc(capture: Capture): Parsed<ProcFacts> {
  const lines = withoutBlockIndent(withoutLogPrefix(capture.lines)).map(unpadded)
  const seen = procLines(lines)
  const facts: ProcFacts = {}
  const done = lines.slice(0, -1)
  const at = lines.findIndex(isCmdline)
  const { line, used } = joinedCmdline(lines, at)
  const ended = at + used < lines.length - 1 || endsClosed(line)
  if (at >= 0) facts.cmdline = parseCmdline(line, ended)
  if (seen.huge > 0) facts.hugepages = hugepages(done)
  const modules = seen.modules > 0 ? done.flatMap(moduleOf) : seen.lsmod > 0 ? done.flatMap(lsmodOf) : []
  if (seen.modules > 0 || seen.lsmod > 0) Object.assign(facts, moduleFacts(modules))
  if (at >= 0 && !ended)
    return ok(facts, {
      reason: { code: 'cut', text: 'The command line has no line end: later words may overrule what was seen' },
    })
  if (Object.keys(facts).length > 0) return ok(facts)
  const refusal = toolRefusal(lines)
  if (refusal) return notOk(refusal.status, refusal.code, refusal.text, [refusal.line])
  const missing = lines.find((line) => /No such file or directory/.test(line))
  if (missing) return notOk('absent', 'interface-missing', 'There is no such file in /proc', [missing.trim()])
  return capture.text.trim() === ''
    ? notOk('absent', 'other', 'Nothing was printed')
    : notOk('unreadable', 'bad-layout', 'No command line, hugepages or modules were found')
}

/** A single pasted line often has no line end; it counts as whole only with a blank after it. */
function endsClosed(line: string): boolean {
  return /\s$/.test(line)
}

function hugepages(lines: readonly string[]): Hugepages {
  const value = (key: string) => {
    for (const line of lines) {
      const match = HUGE.exec(line)
      if (match?.[1] === key) return Number(match[2])
    }
    return null
  }
  return {
    total: value('HugePages_Total'),
    free: value('HugePages_Free'),
    pageSizeKib: value('Hugepagesize'),
    hugetlbKib: value('Hugetlb'),
  }
}

function moduleOf(line: string): KernelModule[] {
  const match = MODULE.exec(line)
  return match && match[5] === 'Live' ? [{ name: match[1] ?? '', outOfTree: (match[6] ?? '').includes('O') }] : []
}

function lsmodOf(line: string): KernelModule[] {
  const match = LSMOD.exec(line)
  return match ? [{ name: match[1] ?? '', outOfTree: null }] : []
}

/** What a list of modules says of OFED and peermem; absence is not proof, the list may be filtered. */
export function moduleFacts(modules: readonly KernelModule[]): Pick<ProcFacts, 'modules' | 'ofed' | 'peermem'> {
  const has = (name: string) => modules.find((each) => each.name === name)
  const core = has('mlx5_core') ?? has('ib_core')
  const compat = has('mlx_compat') ?? has('mlxdevm')
  return {
    modules,
    ofed: compat ? true : (core?.outOfTree ?? null),
    peermem: (has('nvidia_peermem') ?? has('nv_peer_mem'))?.name ?? null,
  }
}
