/** The tile that an arrow key (or `j`, `k`, Home, End) leads to from `here`; null when there is none or the key is another. */
export function nextTile(grid: HTMLElement, here: HTMLElement, key: string): HTMLElement | null {
  const tiles = [...grid.querySelectorAll<HTMLElement>('a.tile')]
  const index = tiles.indexOf(here)
  if (key === 'ArrowRight' || key === 'j') return tiles[index + 1] ?? null
  if (key === 'ArrowLeft' || key === 'k') return tiles[index - 1] ?? null
  if (key === 'Home') return tiles[0] ?? null
  if (key === 'End') return tiles.at(-1) ?? null
  if (key === 'n') return tiles.slice(index + 1).find((tile) => tile.dataset.verdict !== 'pass') ?? null
  if (key === 'ArrowDown') return below(tiles.slice(index + 1), here, 1)
  if (key === 'ArrowUp') return below(tiles.slice(0, index).reverse(), here, -1)
  return null
}

/** Nearest tile of the next row in one direction; rows may belong to different groups side by side. */
function below(candidates: readonly HTMLElement[], here: HTMLElement, direction: 1 | -1): HTMLElement | null {
  const from = here.getBoundingClientRect()
  let row: number | null = null
  let best: HTMLElement | null = null
  let distance = Number.POSITIVE_INFINITY
  for (const tile of candidates) {
    const rect = tile.getBoundingClientRect()
    if (direction * (rect.top - from.top) < from.height / 2) continue
    row ??= rect.top
    const away = Math.abs(rect.left - from.left) + Math.abs(rect.top - from.top) * 2
    if (away < distance) {
      best = tile
      distance = away
    }
    // Far enough: groups are at most a few rows apart.
    if (Math.abs(rect.top - row) > 600) break
  }
  return best
}
