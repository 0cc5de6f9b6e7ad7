/** A JSON value found in a text. */
export interface FoundJson {
  value: unknown
  /** False: the text ended inside it, or it was not valid to its end; `value` then holds its leading part only. */
  complete: boolean
}

const MAX_VALUES = 1000

/**
 * Finds JSON objects and arrays that begin a line, with text around them. A value cut off by the end of the text is closed
 * after its last complete member, so that a cut yields the same values or fewer, never different ones.
 * @param most values wanted; the text behind them is not looked at.
 */
export function jsonValues(text: string, most = MAX_VALUES): FoundJson[] {
  const found: FoundJson[] = []
  let at = 0
  while (at < text.length && found.length < most) {
    const start = nextStart(text, at)
    if (start < 0) break
    const scan = scanValue(text, start)
    const complete = scan.end !== null
    const part = complete ? text.slice(start, scan.end ?? start) : text.slice(start, scan.safe) + scan.closers
    // A narrow terminal breaks names and numbers; between them JSON needs no line ends.
    const value = parseOrUndefined(part) ?? (complete ? parseOrUndefined(part.replaceAll('\n', '')) : undefined)
    if (value !== undefined) found.push({ value, complete })
    at = scan.end ?? text.length
  }
  return found
}

function nextStart(text: string, from: number): number {
  const pattern = /^[ \t]*[[{]/gm
  pattern.lastIndex = from
  const match = pattern.exec(text)
  return match ? match.index + match[0].length - 1 : -1
}

/** Walks one value: its end, or the last place where it could be closed and with what. */
function scanValue(text: string, start: number): { end: number | null; safe: number; closers: string } {
  const open: string[] = []
  let safe = start
  let inString = false
  for (let at = start; at < text.length; at += 1) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at += 1
      else if (char === '"') inString = false
      continue
    }
    if (char === '"') inString = true
    else if (char === '{' || char === '[') {
      open.push(char === '{' ? '}' : ']')
      safe = at + 1
    } else if (char === ',') {
      safe = at
    } else if (char === '}' || char === ']') {
      open.pop()
      if (open.length === 0) return { end: at + 1, safe, closers: '' }
      safe = at + 1
    }
  }
  // Nothing opens or closes after the last safe place, so what is open now is what was open there.
  return { end: null, safe, closers: open.reverse().join('') }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
