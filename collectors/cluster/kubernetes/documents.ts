import { parseDocument } from 'yaml'
import { isFields } from '../fields'
import { readBlockYaml } from './block-yaml'
import { closeJson } from './close-json'

/** One JSON or YAML document of a capture. */
export interface Document {
  value: unknown
  /** False: the text ends within it, or a line in it cannot be read; what follows that place is missing. */
  whole: boolean
  /** True for YAML at the end of the text: its end is no sign that it is whole. */
  open: boolean
}

/** Values that stand alone: a cut word cannot look like one of them. */
const CLOSED_WORD =
  /(?:^\s*(?:- )?[\w./-]+:\s+|^\s*- )(?:"[^"]*"|'[^']*'|true|false|Succeeded|InProgress|Failed|ready|notReady|ignore|Running|Pending|Idle|DrainComplete|Draining|up|down|15b3|\{\}|\[\])\s*$/

/**
 * Cuts a text into its documents (`---`, JSON after JSON, a second `apiVersion:`) and reads each. Text around them (prompts,
 * comments, error lines) is left out.
 */
export function documents(lines: readonly string[]): readonly Document[] {
  return split(lines).flatMap((chunk) => {
    const found = readChunk(chunk.lines, chunk.last)
    return found === null ? [] : [found]
  })
}

/** Flow style: a map in braces whose keys are bare words is YAML, not JSON. */
const FLOW = /^[[{]+ ?[A-Za-z][\w.-]*: /

interface Chunk {
  lines: string[]
  /** The capture ends here. */
  last: boolean
}

const SEPARATOR = /^---(?:\s|$)/

function split(lines: readonly string[]): Chunk[] {
  let chunk: string[] = []
  const chunks = [chunk]
  let [inJson, headed] = [false, false]
  for (const line of lines) {
    // Most lines are indented: they begin and end nothing.
    if (line.startsWith(' ')) {
      chunk.push(line)
      continue
    }
    if (inJson) {
      chunk.push(line)
      if (/^[}\]]\s*$/.test(line)) [inJson, headed] = [false, true]
      continue
    }
    const json = /^[[{]/.test(line)
    const again = headed && (json || /^"?(?:apiVersion|kind)"?:/.test(line)) && !seesOnce(chunk, line)
    const separates = SEPARATOR.test(line)
    if (separates || json || again) {
      chunk = []
      chunks.push(chunk)
    }
    if (separates) headed = false
    else chunk.push(line)
    // In flow style nothing but the next document's beginning ends a document.
    if (json) inJson = !FLOW.test(line) && (!/[}\]]\s*$/.test(line) || !balanced(line))
    if (json || again || /^"?(?:apiVersion|kind|items)"?:/.test(line)) headed = true
  }
  return chunks.map((each, index) => ({ lines: each, last: index === chunks.length - 1 }))
}

/** True while the document has not this key yet. */
function seesOnce(chunk: readonly string[], line: string): boolean {
  const key = line.slice(0, line.indexOf(':') + 1)
  return !chunk.some((each) => each.startsWith(key))
}

function balanced(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

function readChunk(lines: readonly string[], last: boolean): Document | null {
  const start = lines.findIndex((line) => /^(?:[[{]|- |"?[A-Za-z][\w.-]*"?:(?:\s|$))/.test(line))
  if (start === -1) return null
  const body = lines.slice(start)
  if (!/^[[{]/.test(body[0] ?? '')) return readYaml(body, last)
  return FLOW.test(body[0] ?? '') ? readFlow(body) : readJson(body.join('\n'))
}

function readJson(text: string): Document | null {
  try {
    return { value: JSON.parse(text), whole: true, open: false }
  } catch {
    const closed = closeJson(text)
    return closed === null ? null : { value: closed.value, whole: closed.whole, open: false }
  }
}

/** Beyond this a text is no object that somebody wrote in flow style. */
const MAX_FLOW = 2_000_000

/** Reads a map or list in flow style; one that breaks the grammar, or does not close, is not read: nothing tells where it went wrong. */
function readFlow(lines: readonly string[]): Document | null {
  const text = lines.join('\n')
  if (text.length > MAX_FLOW || hasHugeFlow(text)) return null
  const document = parseDocument(text, { logLevel: 'silent' })
  return document.errors.length > 0 ? null : { value: toValue(document), whole: true, open: false }
}

function hasHugeFlow(text: string): boolean {
  return (text.match(/,/g)?.length ?? 0) > MAX_KEYS
}

/** Reads YAML; where a line breaks the grammar, what stands before it. The unterminated last line counts only if it is complete. */
function readYaml(lines: readonly string[], last: boolean): Document | null {
  const ended = !last || lines.at(-1)?.trim() === '' || CLOSED_WORD.test(lines.at(-1) ?? '')
  let kept = ended ? lines : lines.slice(0, -1)
  let whole = ended
  for (let attempt = 0; attempt < 4 && kept.length > 0; attempt++) {
    const fast = readBlockYaml(kept)
    if (fast) return { value: fast.value, whole: whole && !opensList(fast.value), open: last }
    if (hasHugeMap(kept)) return null
    const document = parseDocument(kept.join('\n'), { logLevel: 'silent' })
    const broken = document.errors[0]
    if (broken === undefined) {
      const value = toValue(document)
      return { value, whole: whole && !opensList(value), open: last }
    }
    const line = broken.linePos?.[0].line ?? 1
    kept = kept.slice(0, Math.min(line - 1, kept.length - 1))
    whole = whole && attempt === 0 && isNoise(lines.slice(kept.length))
  }
  return null
}

/** Keys side by side beyond which a text is no Kubernetes object: the YAML reader compares each with all others. */
const MAX_KEYS = 4000

function hasHugeMap(lines: readonly string[]): boolean {
  if (lines.length <= MAX_KEYS) return false
  const counts: number[] = []
  for (const line of lines) {
    const indent = line.search(/\S/)
    if (indent < 0 || indent > 200) continue
    // A line further out ends every map further in.
    if (counts.length > indent + 1) counts.length = indent + 1
    counts[indent] = line[indent] === '-' ? 0 : (counts[indent] ?? 0) + 1
    if ((counts[indent] ?? 0) > MAX_KEYS) return true
  }
  return false
}

function toValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 })
  } catch {
    return null
  }
}

/** kubectl ends a list with `kind: List`: one with items and no kind was cut. */
function opensList(value: unknown): boolean {
  return isFields(value) && Array.isArray(value.items) && value.kind === undefined
}

/** Text after a document that belongs to a terminal: prompts, error lines, blanks. */
function isNoise(lines: readonly string[]): boolean {
  return lines.every(
    (line) =>
      line.trim() === '' || /^(?:[\w.~/@:-]*[$#>] ?|\[[^\]]*\][$#] ?|Error from server|error:|W\d{4} )/.test(line),
  )
}
