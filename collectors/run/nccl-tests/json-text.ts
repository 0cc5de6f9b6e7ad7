/** Any JSON value; members and elements that the end of the text cut off are left out. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON text read as far as it goes. */
export interface JsonRead {
  value: Json | undefined
  /** False where the text ended early or broke its grammar. */
  valid: boolean
}

/** Deepest nesting read. */
const MAX_DEPTH = 64
const NUMBER = /-?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,5})?/y
const SPACE = /[ \t\r\n]*/y
const LITERALS: readonly [string, Json][] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/**
 * Reads JSON that may be cut off anywhere: what is complete by its own grammar is kept, the last unfinished value is not.
 * A number counts only when something follows it.
 */
export function readJson(text: string): JsonRead {
  try {
    const value: Json = JSON.parse(text)
    return { value, valid: true }
  } catch {
    const cursor = new Cursor(text)
    const { value, done } = cursor.value(0)
    // What stands on lines of its own behind the last brace is another text.
    return { value, valid: done && typeof value === 'object' && cursor.endsLine() }
  }
}

type Piece = { value: Json | undefined; done: boolean }
const CUT: Piece = { value: undefined, done: false }

class Cursor {
  private at = 0
  constructor(private readonly text: string) {}

  /** True where nothing more stands on the line. */
  endsLine(): boolean {
    return /^[ \t\r]*\n/.test(this.text.slice(this.at, this.at + 200))
  }

  /** One value; `done` false where the text ended or broke inside it. */
  value(depth: number): Piece {
    this.space()
    const next = this.text[this.at]
    if (depth > MAX_DEPTH || next === undefined) return CUT
    if (next === '{') return this.object(depth)
    if (next === '[') return this.array(depth)
    if (next === '"') return this.string()
    for (const [word, value] of LITERALS) {
      if (!this.text.startsWith(word, this.at)) continue
      this.at += word.length
      return { value, done: true }
    }
    return this.number()
  }

  private object(depth: number): Piece {
    const value: { [key: string]: Json } = {}
    this.at += 1
    for (;;) {
      this.space()
      if (this.take('}')) return { value, done: true }
      const key = this.text[this.at] === '"' ? this.string() : CUT
      this.space()
      if (!key.done || typeof key.value !== 'string' || !this.take(':')) return { value, done: false }
      const member = this.value(depth + 1)
      if (member.value !== undefined && key.value !== '__proto__') value[key.value] = member.value
      if (!member.done || !this.next('}')) return { value, done: false }
    }
  }

  private array(depth: number): Piece {
    const value: Json[] = []
    this.at += 1
    for (;;) {
      this.space()
      if (this.take(']')) return { value, done: true }
      const element = this.value(depth + 1)
      if (element.done && element.value !== undefined) value.push(element.value)
      if (!element.done || !this.next(']')) return { value, done: false }
    }
  }

  /** A comma, or the closing bracket ahead. */
  private next(close: string): boolean {
    this.space()
    return this.take(',') || this.text[this.at] === close
  }

  private string(): Piece {
    let end = this.at + 1
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1
    if (this.text[end] !== '"') return CUT
    const quoted = this.text.slice(this.at, end + 1)
    this.at = end + 1
    try {
      const value: Json = JSON.parse(quoted)
      return { value, done: true }
    } catch {
      return CUT
    }
  }

  private number(): Piece {
    NUMBER.lastIndex = this.at
    const found = NUMBER.exec(this.text)
    if (!found) return CUT
    this.at += found[0].length
    // Only a delimiter ends a number: after `700` may still come `.7039`.
    return /[\s,\]}]/.test(this.text[this.at] ?? '') ? { value: Number(found[0]), done: true } : CUT
  }

  private space(): void {
    SPACE.lastIndex = this.at
    this.at += SPACE.exec(this.text)?.[0].length ?? 0
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false
    this.at += 1
    return true
  }
}
