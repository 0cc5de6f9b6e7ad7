let names: readonly string[] = []

/** Keeps the order of the last filtered fleet, for `[` and `]` on node pages. */
export function rememberList(list: readonly string[]): void {
  names = list
}

/** The node before (-1) or after (+1) `name` in the last filtered list, or in `all` when the page was opened directly. */
export function neighbour(name: string, step: 1 | -1, all: readonly string[]): string | null {
  const list = names.includes(name) ? names : all
  const index = list.indexOf(name)
  return index < 0 ? null : (list[index + step] ?? null)
}
