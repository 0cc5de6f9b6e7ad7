import type { Run } from '@/lib/contract/runs'
import type { FrozenTable } from '@/lib/contract/snapshots'

type Cell = FrozenTable['rows'][number]['cells'][number]
type Matrix = NonNullable<Run['matrix']>

const TEST: Readonly<Record<Matrix['tests'][number], string>> = {
  'write-bw': 'ib_write_bw from host memory, Gb/s',
  'write-bw-gpu': 'ib_write_bw from GPU memory, Gb/s',
  'write-lat': 'ib_write_lat, µs',
  rping: 'rping',
}

/** What a run shows besides rows: a matrix of pairs and rails for each test, and what a search for the bad node found. */
export function tablesOf(run: Pick<Run, 'matrix' | 'search'>): FrozenTable[] {
  const matrix = run.matrix?.tests.map((test) => matrixOf(run.matrix, test)) ?? []
  return [...suspects(run.search), ...matrix.filter((table) => table.rows.length > 0), ...searched(run.search)]
}

function matrixOf(matrix: Run['matrix'], test: Matrix['tests'][number]): FrozenTable {
  const cells = (matrix?.cells ?? []).filter((cell) => cell.test === test)
  const pairs = new Map<string, Map<number, Cell>>()
  for (const cell of cells) {
    const pair = `${cell.from} → ${cell.to}`
    const value = test === 'write-lat' ? cell.latencyUsec : cell.bandwidthGbps
    const text = value === null ? '' : value.toFixed(value < 100 ? 2 : 1)
    const row = pairs.get(pair) ?? new Map<number, Cell>()
    row.set(cell.rail, { text, state: cell.status === 'waiting' ? 'not-proved' : cell.status })
    pairs.set(pair, row)
  }
  const rails = matrix?.rails ?? []
  return {
    title: TEST[test],
    columns: ['Pair', ...rails.map(shortRail)],
    rows: [...pairs].map(([pair, row]) => ({
      cells: [
        { text: pair, state: null },
        ...rails.map((_, rail) => row.get(rail) ?? { text: '', state: 'not-proved' }),
      ],
    })),
    more: 0,
  }
}

/** `nvidia.com/ib_rail_0` as a column: what stands behind the slash. */
function shortRail(resource: string): string {
  return resource.split('/').at(-1) ?? resource
}

function suspects(search: Run['search']): FrozenTable[] {
  if (search === null || search.suspects.length === 0) return []
  return [
    {
      title: 'Suspects',
      columns: ['Node', 'Evidence'],
      rows: search.suspects.map(({ node, rail, strength, evidence }) => ({
        cells: [
          {
            text: `${node}${rail === null ? '' : `, ${shortRail(rail)}`} (${strength})`,
            state: strength === 'proved' ? 'fail' : 'warn',
          },
          { text: evidence.join('; '), state: null },
        ],
      })),
      more: 0,
    },
  ]
}

function searched(search: Run['search']): FrozenTable[] {
  if (search === null || search.runs.length === 0) return []
  return [
    {
      title: 'Runs of the search',
      columns: ['Nodes', 'Stage', 'busbw, GB/s', 'Of like runs'],
      rows: search.runs.map(({ nodes, rail, stage, busbwGBps, share, status }) => ({
        cells: [
          { text: `${nodes.join(', ')}${rail === null ? '' : `, ${shortRail(rail)}`}`, state: status },
          { text: search.stages.find((each) => each.id === stage)?.title ?? stage, state: null },
          { text: busbwGBps === null ? '–' : busbwGBps.toFixed(1), state: null },
          { text: share === null ? '–' : `${Math.round(share * 100)} %`, state: null },
        ],
      })),
      more: 0,
    },
  ]
}
