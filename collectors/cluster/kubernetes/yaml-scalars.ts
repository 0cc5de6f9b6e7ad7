/** Thrown where a text leaves the subset read here: the caller then asks the YAML library. Made once: no stack is needed. */
export const GIVE_UP = new Error('not the YAML that kubectl prints')

/** Value of a plain word, by the core schema of YAML 1.2 (yaml.org/spec/1.2.2 §10.3.2): null, boolean, number or text. */
export function plainValue(text: string): unknown {
  const first = text.charCodeAt(0)
  if (first < 43) return text
  if (first > 57) {
    const value = FIRST_OF_WORD.has(first) ? WORDS.get(text) : undefined
    return value === undefined ? text : value
  }
  if (/^[-+]?[0-9]+$/.test(text)) return Number.parseInt(text, 10)
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8)
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16)
  if (FLOAT.test(text)) return Number.parseFloat(text)
  // Infinity and NaN: nothing Kubernetes prints.
  if (/^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(text)) throw GIVE_UP
  return text
}

/** Words that are no text. */
const WORDS = new Map<string, boolean | null>([
  ...['~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
])
const FIRST_OF_WORD = new Set([...WORDS.keys()].map((word) => word.charCodeAt(0)))
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** Where a quoted text ends: index of its closing quote in the line, or -1. `from` is the first character after the opening one. */
export function closingQuote(line: string, quote: string, from: number): number {
  if (quote === "'") {
    for (let at = line.indexOf("'", from); at >= 0; at = line.indexOf("'", at + 2)) if (line[at + 1] !== "'") return at
    return -1
  }
  for (let at = from; at < line.length; at += 1) {
    const char = line.charCodeAt(at)
    if (char === 92) at += 1
    else if (char === 34) return at
  }
  return -1
}

/** Text between quotes that may span lines; `lines` are without the quotes themselves. */
export function quotedValue(lines: readonly string[], quote: string): string {
  if (quote === '"') return lines.length === 1 && !lines[0]?.includes('\\') ? (lines[0] ?? '') : doubleQuoted(lines)
  return folded(lines).replace(/''/g, "'")
}

/** Line folding of YAML (§6.5): one line end becomes a space, each empty line a line end; space around line ends goes. */
export function folded(lines: readonly string[]): string {
  const [first = '', ...rest] = lines
  if (rest.length === 0) return first
  let text = first.replace(/ +$/, '')
  let separator = ' '
  for (const [at, line] of rest.entries()) {
    const isLast = at === rest.length - 1
    const words = isLast ? line.replace(/^ +/, '') : trimmed(line)
    if (words === '' && !isLast) {
      if (separator === '\n') text += '\n'
      separator = '\n'
    } else {
      text += separator + words
      separator = ' '
    }
  }
  return text
}

function trimmed(line: string): string {
  return line.replace(/^ +/, '').replace(/ +$/, '')
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '"': '"',
  '\\': '\\',
  '/': '/',
  ' ': ' ',
  '0': '\0',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  v: '\v',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
}

/** Escapes of double quotes (§5.7); `\` before a line end joins without a space. */
function doubleQuoted(lines: readonly string[]): string {
  let text = ''
  let separator = ''
  for (const [at, line] of lines.entries()) {
    const isLast = at === lines.length - 1
    const from = at === 0 ? 0 : line.length - line.replace(/^ +/, '').length
    // An empty line after one that ends with `\` belongs to no fold of ours.
    if (!isLast && from >= line.length && at > 0) {
      if (separator === '') throw GIVE_UP
      separator = separator === ' ' ? '\n' : `${separator}\n`
      continue
    }
    const { value, joins } = unescaped(line, from, isLast)
    text += separator + value
    separator = joins ? '' : ' '
  }
  return text
}

function unescaped(line: string, from: number, isLast: boolean): { value: string; joins: boolean } {
  let value = ''
  let solid = 0
  for (let at = from; at < line.length; at += 1) {
    const char = line[at] ?? ''
    if (char !== '\\') {
      value += char
      if (char !== ' ') solid = value.length
      continue
    }
    at += 1
    const next = line[at]
    if (next === undefined) return { value, joins: true }
    const known = ESCAPES[next]
    if (known !== undefined) value += known
    else {
      const digits = next === 'x' ? 2 : next === 'u' ? 4 : next === 'U' ? 8 : 0
      const code = line.slice(at + 1, at + 1 + digits)
      if (digits === 0 || code.length !== digits || !/^[0-9a-fA-F]+$/.test(code)) throw GIVE_UP
      if (Number.parseInt(code, 16) > 0x10ffff) throw GIVE_UP
      value += String.fromCodePoint(Number.parseInt(code, 16))
      at += digits
    }
    solid = value.length
  }
  // Space before a line end goes, unless it was escaped.
  return { value: isLast ? value : value.slice(0, solid), joins: false }
}
