import type { RdmaMatrix, RdmaTest } from '@/lib/contract/runs'

/** Sets of up to this many nodes are tested in all pairs; larger ones each node with its two neighbours (peers.md §2: all pairs of 232 nodes take 19 h). */
export const ALL_PAIRS_MAX = 8
/** Seconds one test takes, with set-up of both ends; bandwidth is measured for 3 s (`lib/runs/program/rdma.py`). */
const TEST_SEC: Readonly<Record<RdmaTest, number>> = { 'write-bw': 6, 'write-bw-gpu': 8, 'write-lat': 3, rping: 3 }
/** Pods find each other and report. */
const START_SEC = 30
/** What pulling the image and starting may take of the deadline (`PENDING_MAX_MS`), seconds. */
const PENDING_SEC = 300

export type Pair = readonly [client: number, server: number]

/**
 * Rounds of disjoint pairs, nodes by place: both ways between two nodes, all pairs of up to 8 nodes, else each node with its neighbour.
 * The same as `rounds` of `program/rdma.py`; a test holds them together.
 */
export function rdmaRounds(nodes: number): Pair[][] {
  if (nodes < 2) return []
  if (nodes === 2) return [[[0, 1]], [[1, 0]]]
  if (nodes > ALL_PAIRS_MAX) {
    const ring = Array.from({ length: nodes }, (_, at): Pair => [at, (at + 1) % nodes])
    const last = nodes % 2 === 1 ? ring.splice(-1) : []
    const parts = [ring.filter((_, at) => at % 2 === 0), ring.filter((_, at) => at % 2 === 1), last]
    return parts.filter((part) => part.length > 0)
  }
  // Round robin by the circle method; with an odd number one node rests in each round.
  const places: (number | null)[] = Array.from({ length: nodes }, (_, at) => at)
  if (nodes % 2 === 1) places.push(null)
  const half = places.length / 2
  return Array.from({ length: places.length - 1 }, () => {
    const pairs = places.slice(0, half).flatMap((a, at): Pair[] => {
      const b = places[places.length - 1 - at] ?? null
      return a === null || b === null ? [] : [turned(a, b, nodes)]
    })
    places.splice(1, 0, places.pop() ?? null)
    return pairs.sort((x, y) => x[0] - y[0] || x[1] - y[1])
  })
}

/** Who sends: each node to the next half of the circle, so that all send and receive. */
function turned(one: number, other: number, nodes: number): Pair {
  const [a, b] = [Math.min(one, other), Math.max(one, other)]
  return 2 * (b - a) < nodes || (2 * (b - a) === nodes && a % 2 === 0) ? [a, b] : [b, a]
}

/** Seconds that the tests of a run may take, of its deadline. */
export function rdmaBudgetSec(deadlineSec: number): number {
  return Math.floor(Math.max(deadlineSec / 2, deadlineSec - PENDING_SEC))
}

/** About how long a run takes once its pods are there, seconds. */
export function rdmaSeconds(nodes: number, rails: number, tests: readonly RdmaTest[]): number {
  const each = tests.reduce((sum, test) => sum + TEST_SEC[test], 0)
  return START_SEC + rdmaRounds(nodes).length * rails * each
}

/** The matrix of a run of which nothing is measured yet. */
export function waitingMatrix(
  nodes: readonly string[],
  rails: readonly string[],
  tests: readonly RdmaTest[],
): RdmaMatrix {
  const pairs = rdmaRounds(nodes.length).flat()
  const cells = tests.flatMap((test) =>
    rails.flatMap((_, rail) =>
      pairs.flatMap(([client, server]) => {
        const [from, to] = [nodes[client], nodes[server]]
        if (from === undefined || to === undefined) return []
        return [
          {
            test,
            from,
            to,
            rail,
            device: null,
            gpu: null,
            status: 'waiting' as const,
            bandwidthGbps: null,
            latencyUsec: null,
            summary: 'Not measured yet',
            logFrom: null,
            logLines: 0,
          },
        ]
      }),
    ),
  )
  return { rails: [...rails], tests: [...tests], cells }
}
