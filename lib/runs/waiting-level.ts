import { type LevelId, levelInfo } from '@/lib/levels'

/** Which storey explains why a run cannot start, from the words of scheduler, kubelet and Multus; first match wins. */
const EXPLAINED_BY: readonly (readonly [RegExp, LevelId])[] = [
  [/multus|no networks found|failed to find plugin|network-attachment-definition/i, 'operators'],
  [/CreatePodSandBox|allocate for range|no IP addresses available/i, 'resources'],
  [/Insufficient (?!nvidia\.com\/gpu\b)[a-z0-9.-]+\//i, 'resources'],
  [/ImagePull|ErrImage|InvalidImageName|Back-off pulling/i, 'pod'],
]

/** Where to look when a run hangs in these words; null where no storey explains it (GPUs in use, quota, taints). */
export function levelOfWaiting(words: string): string | null {
  const level = EXPLAINED_BY.find(([pattern]) => pattern.test(words))?.[1]
  if (!level) return null
  const { number, title } = levelInfo(level)
  return `level ${number} (${title})`
}
