/** Lines that are looked at. */
const LOOK = 2000

/**
 * Lines without the indent of a block under words that are not indented (salt's `host:`, a page's code block), for tools whose own lines
 * begin at the margin. The same lines where fewer than half of those with text are indented.
 */
export function withoutBlockIndent(lines: readonly string[]): readonly string[] {
  let [some, indented] = [0, 0]
  let indent: string | null = null
  for (const line of lines.slice(0, LOOK)) {
    if (line.trim() === '') continue
    some += 1
    const own = /^(?: {2,16}|\t{1,3})/.exec(line)?.[0]
    if (own === undefined) continue
    indented += 1
    if (indent === null || own.length < indent.length) indent = own
  }
  const block = indent
  if (block === null || indented * 2 < some) return lines
  return lines.map((line) => (line.startsWith(block) ? line.slice(block.length) : line))
}
