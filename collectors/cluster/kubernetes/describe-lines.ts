/** The word behind a label of the outermost level. */
export function labelled(lines: readonly string[], label: string): string | undefined {
  const line = lines.find((each) => each.startsWith(`${label}:`))
  const value = line?.slice(label.length + 1).trim()
  return value === undefined || value === '' || value === '<none>' || value === '<unset>' ? undefined : value
}

/**
 * `Labels:  a=b` with more pairs below in the same column; long annotations stand on lines of their own below their key. kubectl cuts
 * them with `...`: a cut one counts as absent.
 */
export function pairsUnder(lines: readonly string[], label: string, mark: '=' | ':'): Record<string, string> {
  const start = lines.findIndex((line) => line.startsWith(`${label}:`))
  const first = lines[start]
  if (first === undefined) return {}
  const column =
    label.length + 1 + (first.slice(label.length + 1).length - first.slice(label.length + 1).trimStart().length)
  const found: Record<string, string> = {}
  let key: string | null = null
  for (let at = start; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (at > start && !line.startsWith(' ')) break
    const text = at === start ? line.slice(column) : line.slice(Math.min(column, line.length - line.trimStart().length))
    const pair = /^([\w./-]{1,317})([=:])(?: ?)(.*)$/.exec(text)
    if (pair?.[1] !== undefined && pair[2] === mark && !text.startsWith(' ')) {
      key = pair[1]
      found[key] = (pair[3] ?? '').trim()
    } else if (key !== null && text.startsWith(' ')) found[key] = `${found[key]}${text.trim()}`
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !value.endsWith('...')))
}

/** Rows of the table below `Conditions:`: type, status and, for nodes, reason and message behind two times. */
export function conditionRows(lines: readonly string[]): Record<string, string>[] {
  const start = lines.findIndex((line) => /^Conditions:\s*$/.test(line))
  const found: Record<string, string>[] = []
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    if (!line.startsWith(' ')) break
    const cells = line.trim().split(/\s{2,}/)
    const [type = '', status = '', , , reason, ...message] = cells
    if (!/^(?:True|False|Unknown)$/.test(status)) continue
    found.push({
      type,
      status,
      ...(reason ? { reason } : {}),
      ...(message.length > 0 ? { message: message.join(' ') } : {}),
    })
  }
  return found
}
