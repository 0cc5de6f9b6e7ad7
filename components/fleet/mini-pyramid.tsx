import { levelStates, WORD } from '@/components/state/shown'
import { LEVELS } from '@/lib/levels'

/** The ten storeys of a node as bars, the lowest at the bottom: the node page's pyramid in a thumbnail. */
export function MiniPyramid({ letters }: { letters: string }) {
  const states = levelStates(letters)
  return (
    <span className="mini-pyramid">
      {LEVELS.map((level, index) => (
        <i
          key={level.id}
          data-verdict={states[index]}
          title={`${level.number} ${level.title}: ${WORD[states[index] ?? 'unknown']}`}
          style={{ width: `${100 - index * 6}%` }}
        />
      ))}
    </span>
  )
}
