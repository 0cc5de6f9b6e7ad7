import type { WhereaboutsPoolFact } from '@/collectors/cluster/ip-pool/whereabouts.collector'
import type { Finding } from '@/lib/check'
import { parseNetwork, usable } from './ip'

/** One finding per whereabouts range: leased against usable addresses. */
export function whereaboutsFindings(pools: readonly WhereaboutsPoolFact[]): Finding[] {
  return pools.flatMap((pool): Finding[] => {
    const network = parseNetwork(pool.range)
    if (network === null) return []
    const size = usable(network)
    const full = BigInt(pool.leases.length) >= size
    const words = `${pool.leases.length} of ${size} addresses of whereabouts range ${pool.range ?? pool.name} are leased`
    return [
      {
        subject: pool.name,
        status: full ? 'fail' : 'pass',
        summary: full ? `${words}: exhausted, or leases of dead pods were never given back` : words,
      },
    ]
  })
}
