import { format } from '@/lib/format'
import { type GidFacts, parseShowGids } from './parse'

/** Output of `show_gids`. */
export default format({
  kind: 'show_gids',
  title: 'show_gids',
  recognise({ text }) {
    const head = text.slice(0, 100_000)
    if (/^[ \t]*DEV\s+PORT\s+INDEX\s+GID\b/m.test(head) || /^[ \t]*n_gids_found=\d/m.test(head)) return 95
    return /^[ \t]*\S{1,128}\s+\d{1,3}\s+\d{1,5}\s+(?:[0-9a-f]{4}:){7}[0-9a-f]{4}(?:\s|$)/m.test(head) ? 70 : 0
  },
  parse: parseShowGids,
  provides: (facts: GidFacts) => (facts.gids.length > 0 ? { gids: facts } : {}),
})
