import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SEEDS } from '@/lib/explain/fuzz-seeds'

const SAMPLES = join(import.meta.dirname, '../../../shared/samples')
/** Longest piece of a recorded sample that is fuzzed, characters: small inputs find more in the same time. */
const PIECE = 2500
const MAX_SAMPLES = 12

interface Entry {
  file: string
  kind?: string
  tool?: string
}

/**
 * Texts to fuzz a kind from: the built-in one, and the beginnings of recorded samples where they are at hand.
 * @param piece longest text, characters
 */
export function explainSeeds(kind: string, piece = PIECE): string[] {
  const built = SEEDS[kind]
  return [...(built === undefined ? [] : [built]), ...recorded(kind, piece)]
}

function recorded(kind: string, piece: number): string[] {
  return ['host', 'k8s', 'nccl'].flatMap((area) => {
    const index = join(SAMPLES, area, 'INDEX.json')
    if (!existsSync(index)) return []
    const entries: readonly Entry[] = JSON.parse(readFileSync(index, 'utf8'))
    return entries
      .filter((entry) => (area === 'host' ? entry.tool : entry.kind) === kind)
      .slice(0, MAX_SAMPLES)
      .map((entry) => readFileSync(join(SAMPLES, area, area === 'host' ? kind : '', entry.file), 'utf8').slice(0, piece))
  })
}
