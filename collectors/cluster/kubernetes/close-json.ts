/**
 * Reads JSON that stops in the middle: everything up to the last complete value, with the open brackets closed; and what follows
 * a complete value (`rest`). `whole` is false when it had to be closed. Null when nothing complete stands in it. One pass.
 */
export function closeJson(text: string): { value: unknown; rest: string; whole: boolean } | null {
  const open: string[] = []
  let [cut, closers] = [-1, '']
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (quoted) {
      if (char === '\\') at++
      else if (char === '"') quoted = false
      continue
    }
    if (char === '"') quoted = true
    else if (char === '{' || char === '[') {
      open.push(char === '{' ? '}' : ']')
      ;[cut, closers] = [at + 1, open.toReversed().join('')]
    } else if (char === ',') [cut, closers] = [at, open.toReversed().join('')]
    else if (char === '}' || char === ']') {
      if (open.pop() !== char) break
      ;[cut, closers] = [at + 1, open.toReversed().join('')]
      if (open.length === 0) break
    }
  }
  if (cut <= 0) return null
  try {
    return {
      value: JSON.parse(text.slice(0, cut) + closers),
      rest: closers === '' ? text.slice(cut) : '',
      whole: closers === '',
    }
  } catch {
    return null
  }
}
