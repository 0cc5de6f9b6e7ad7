import { closingQuote, folded, GIVE_UP, plainValue, quotedValue } from './yaml-scalars'

/**
 * Reads the YAML that kubectl and sigs.k8s.io/yaml print, thirty times faster than a library for all of YAML: block maps and lists,
 * plain, quoted and literal text, comments. Everything else (anchors, tags, flow collections, `>` text, odd indents, the same key twice,
 * anything that could be an error) makes it give up: null, and the library decides. Where it answers, it answers as the library would.
 */
export function readBlockYaml(lines: readonly string[]): { value: unknown } | null {
  try {
    const reader = new BlockReader(lines)
    return { value: reader.document() }
  } catch (error) {
    if (error === GIVE_UP) return null
    throw error
  }
}

const [SPACE, HASH, DASH, COLON, QUESTION] = [32, 35, 45, 58, 63]
/** Characters that no plain text begins with. */
const INDICATORS = new Set([...',[]{}#&*!|>\'"%@`'].map((char) => char.charCodeAt(0)))
/** Line ends and marks inside a line that YAML or the library treats in ways of their own. */
const ODD = /[\u0000-\u0008\u000a-\u001f\u0085\u2028\u2029\ufeff]/
const MAX_DEPTH = 60
/** The library refuses keys that need a longer look ahead. */
const MAX_KEY = 1000

class BlockReader {
  private at = 0
  /** Indent of the line at `at`, after `more()`. */
  private indent = 0
  private depth = 0

  constructor(private readonly lines: readonly string[]) {}

  document(): unknown {
    if (!this.more()) throw GIVE_UP
    const value = this.block(this.indent)
    if (this.more()) throw GIVE_UP
    return value
  }

  /** Goes on to the next line with content and finds its indent; false at the end. */
  private more(): boolean {
    for (; this.at < this.lines.length; this.at += 1) {
      const line = this.lines[this.at] ?? ''
      const indent = indentOf(line)
      if (indent === line.length) continue
      const first = line.charCodeAt(indent)
      if (first === HASH) continue
      if (first === 9 || (indent === 0 && (line.startsWith('---') || line.startsWith('...')))) throw GIVE_UP
      if (ODD.test(line)) throw GIVE_UP
      this.indent = indent
      return true
    }
    return false
  }

  /** A map or list whose first line is the one at hand. */
  private block(column: number): unknown {
    if (++this.depth > MAX_DEPTH) throw GIVE_UP
    const line = this.lines[this.at] ?? ''
    const value = isItem(line, column) ? this.list(column) : this.map(column)
    this.depth -= 1
    return value
  }

  private list(column: number): unknown[] {
    const list: unknown[] = []
    for (;;) {
      const line = this.lines[this.at] ?? ''
      let from = column + 1
      while (line.charCodeAt(from) === SPACE) from += 1
      if (from >= line.length || line.charCodeAt(from) === HASH) list.push(this.below(column))
      else if (isItem(line, from) || keyEnd(line, from) >= 0) list.push(this.block(from))
      else list.push(this.inline(line, from, column))
      if (!this.more() || this.indent < column) return list
      if (this.indent > column) throw GIVE_UP
      if (!isItem(this.lines[this.at] ?? '', column)) return list
    }
  }

  private map(column: number): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    for (;;) {
      const line = this.lines[this.at] ?? ''
      const end = keyEnd(line, column)
      if (end < 0) throw GIVE_UP
      const key = keyOf(line, column, end)
      if (Object.hasOwn(map, key)) throw GIVE_UP
      let from = end + 1
      while (line.charCodeAt(from) === SPACE) from += 1
      map[key] =
        from >= line.length || line.charCodeAt(from) === HASH
          ? this.below(column, true)
          : this.inline(line, from, column)
      if (!this.more() || this.indent < column) return map
      if (this.indent > column || isItem(this.lines[this.at] ?? '', column)) throw GIVE_UP
    }
  }

  /** What a key or dash with nothing behind it holds: the deeper block below, or a list at a key's own indent. */
  private below(column: number, underKey = false): unknown {
    this.at += 1
    if (!this.more()) return null
    if (this.indent > column) return this.block(this.indent)
    return underKey && this.indent === column && isItem(this.lines[this.at] ?? '', column) ? this.block(column) : null
  }

  /** A value behind a key or dash. */
  private inline(line: string, from: number, parent: number): unknown {
    const first = line.charCodeAt(from)
    if (first === 34 || first === 39) return this.quoted(line, from, parent)
    if (first === 124) return this.literal(line, from, parent)
    if (first === 123 || first === 91) {
      const rest = withoutEnd(line.slice(from))
      this.at += 1
      if (rest === '{}') return {}
      if (rest === '[]') return []
      throw GIVE_UP
    }
    return this.plain(line, from, parent)
  }

  private plain(line: string, from: number, parent: number): unknown {
    const first = line.charCodeAt(from)
    if (INDICATORS.has(first)) throw GIVE_UP
    if ((first === DASH || first === COLON || first === QUESTION) && isGap(line, from + 1)) throw GIVE_UP
    const { text, commented } = plainText(line, from)
    this.at += 1
    const below = this.lines[this.at] ?? ''
    const indentBelow = indentOf(below)
    if (indentBelow <= parent && indentBelow < below.length) return plainValue(text)
    const parts = [text]
    for (let empty = 0, at = this.at; at < this.lines.length; at += 1) {
      const next = this.lines[at] ?? ''
      const indent = indentOf(next)
      if (indent === next.length) {
        empty += 1
        continue
      }
      if (indent <= parent) break
      const start = next.charCodeAt(indent)
      if (commented || start === HASH || start === 9 || ODD.test(next)) throw GIVE_UP
      if ((start === DASH || start === COLON || start === QUESTION) && isGap(next, indent + 1)) throw GIVE_UP
      const more = plainText(next, indent)
      if (more.commented) throw GIVE_UP
      for (; empty > 0; empty -= 1) parts.push('')
      parts.push(more.text)
      this.at = at + 1
    }
    return plainValue(parts.length === 1 ? text : folded(parts))
  }

  private quoted(line: string, from: number, parent: number): string {
    const quote = line[from] ?? ''
    const parts: string[] = []
    let [rest, start] = [line, from + 1]
    for (;;) {
      const end = closingQuote(rest, quote, start)
      this.at += 1
      if (end >= 0) {
        if (indentOf(rest, end + 1) !== rest.length) throw GIVE_UP
        parts.push(rest.slice(start, end))
        return quotedValue(parts, quote)
      }
      parts.push(rest.slice(start))
      if (this.at >= this.lines.length) throw GIVE_UP
      rest = this.lines[this.at] ?? ''
      start = 0
      const indent = indentOf(rest)
      if ((indent < rest.length && indent <= parent) || rest.includes('\t') || ODD.test(rest)) throw GIVE_UP
    }
  }

  /** `|` text: its indent is that of its first line with content. */
  private literal(line: string, from: number, parent: number): string {
    const header = withoutEnd(line.slice(from))
    if (header !== '|' && header !== '|-' && header !== '|+') throw GIVE_UP
    this.at += 1
    const start = this.at
    let end = start
    let trim = -1
    let last = start
    for (; end < this.lines.length; end += 1) {
      const next = this.lines[end] ?? ''
      const indent = indentOf(next)
      if (indent === next.length && (trim < 0 || indent <= trim)) continue
      if (trim < 0) {
        if (indent <= parent || next.charCodeAt(indent) === 9) throw GIVE_UP
        trim = indent
        for (let at = start; at < end; at += 1) if ((this.lines[at] ?? '').length > trim) throw GIVE_UP
      }
      if (indent < trim) {
        if (indent > parent) throw GIVE_UP
        break
      }
      if (ODD.test(next)) throw GIVE_UP
      last = end + 1
    }
    if (trim < 0) throw GIVE_UP
    this.at = end
    const text = this.lines
      .slice(start, last)
      .map((each) => each.slice(trim))
      .join('\n')
    // How many empty lines end a text that ends the document depends on its last line end, which is not known here.
    if (header === '|+' && end >= this.lines.length) throw GIVE_UP
    return header === '|-' ? text : text + '\n'.repeat(header === '|' ? 1 : 1 + end - last)
  }
}

/** Index of the first character that is no space. */
function indentOf(line: string, from = 0): number {
  let indent = from
  while (line.charCodeAt(indent) === SPACE) indent += 1
  return indent
}

/** Without the spaces at its end; other white space is text to YAML. */
function withoutEnd(text: string): string {
  let end = text.length
  while (text.charCodeAt(end - 1) === SPACE) end -= 1
  return text.slice(0, end)
}

/** True where a space or the end of the line stands. */
function isGap(line: string, at: number): boolean {
  return at >= line.length || line.charCodeAt(at) === SPACE
}

function isItem(line: string, column: number): boolean {
  return line.charCodeAt(column) === DASH && isGap(line, column + 1)
}

/** Index of the colon that ends the key which begins at a column; -1: no key. */
function keyEnd(line: string, column: number): number {
  const first = line.charCodeAt(column)
  if (first === 34 || first === 39) {
    const end = closingQuote(line, line[column] ?? '', column + 1)
    return end >= 0 && line.charCodeAt(end + 1) === COLON && isGap(line, end + 2) ? end + 1 : -1
  }
  if (INDICATORS.has(first)) return -1
  const found = line.indexOf(': ', column)
  if (found >= 0) return found
  return line.charCodeAt(line.length - 1) === COLON ? line.length - 1 : -1
}

/** The key as text; keys that are numbers, words of YAML or names with a meaning in JavaScript are the library's. */
function keyOf(line: string, column: number, end: number): string {
  const first = line.charCodeAt(column)
  const isQuoted = first === 34 || first === 39
  const key = isQuoted ? quotedValue([line.slice(column + 1, end - 1)], line[column] ?? '') : line.slice(column, end)
  if (end - column > MAX_KEY || key === '__proto__' || key === '<<') throw GIVE_UP
  if (isQuoted) return key
  if ((first === DASH || first === COLON || first === QUESTION) && isGap(line, column + 1)) throw GIVE_UP
  if (key === '' || key.endsWith(' ') || key.includes(' #') || key.includes('\t')) throw GIVE_UP
  if (typeof plainValue(key) !== 'string') throw GIVE_UP
  return key
}

/** Plain text from a column to the end of its line, or to a comment. What YAML would take for a key is given up. */
function plainText(line: string, from: number): { text: string; commented: boolean } {
  const comment = line.indexOf(' #', from)
  const text = withoutEnd(line.slice(from, comment < 0 ? undefined : comment))
  if (text.includes(': ') || text.endsWith(':') || line.includes('\t', from)) throw GIVE_UP
  return { text, commented: comment >= 0 }
}
