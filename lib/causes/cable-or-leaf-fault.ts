import { cause } from '@/lib/cause'
import { failed, faulty, stepsOf, symptoms } from '@/lib/rules/explained'

const SOURCES = ['port-polling', 'port-down', 'slow-port'] as const
const EXPLAINS = [...SOURCES, 'error-counter-growth', 'rail-down-on-many', 'suspect-rail'] as const

/** A rail without signal, down, or trained too slow: the fault lies between adapter and leaf. */
export default cause({
  id: 'cable-or-leaf-fault',
  title: 'Cable, transceiver or leaf port fault',
  level: 'links',
  scope: 'node',
  explains: EXPLAINS,
  specificity: 60,
  why: 'A port that sees no signal or trains below its rate has a healthy adapter behind it. The same rail on many nodes points to the leaf, one rail on one node to its cable or transceiver.',
  refs: ['research/host-formats.md §5', 'research/peers.md §3.16'],
  match(input) {
    const source = SOURCES.flatMap((id) => faulty(input, id) ?? [])[0]
    if (!source) return null
    const down =
      input.facts.fleet?.railsDown.filter(
        ({ nodes }) => input.node !== null && nodes.includes(input.node) && nodes.length > 1,
      ) ?? []
    const leaf = down.map(({ rail, nodes }) => `rail ${rail} is down on ${nodes.length} nodes`).join(', ')
    const where =
      leaf === ''
        ? 'check cable and transceiver of this rail, then its leaf port'
        : `${leaf}: check that leaf switch first`
    return {
      summary: `A rail carries no or too little traffic because ${source.summary}: ${where}`,
      explains: symptoms(input, EXPLAINS),
      fix: stepsOf(source, [{ text: 'Re-seat or swap the cable; check the leaf port', risk: 'none' }]),
      params: { kind: source.check, leaf: down.length > 0 },
    }
  },
  examples: [
    {
      name: 'one port polls',
      verdicts: [failed('port-polling', 'links', '1 of 8 InfiniBand ports: mlx5_3/1 is Down, physical state Polling')],
      matches: true,
    },
    { name: 'no SM', verdicts: [failed('no-subnet-manager', 'links', 'SM LID 0')], matches: false },
  ],
})
