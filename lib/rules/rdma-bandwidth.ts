import type { RdmaRunResult } from '@/collectors/run/perftest/runs'
import type { Finding } from '@/lib/check'
import type { Profile } from '@/lib/profile'
import { gbps } from './rdma-runs'

/** Shares of line rate (host-formats §12, from Azure/azurehpc-health-checks: 390 of 400 host memory, 360 GPUDirect). */
const SHARES = { hostMemory: 0.95, gpuDirect: 0.9 }
const FAILS_BELOW = 0.8

type Answer = Finding['status'] | 'unknown'

/** Judges one bandwidth against the line rate (10⁹ bit/s); unknown where the kind of memory, or the direction, would decide and is not shown. */
export function judgeBandwidth(
  run: RdmaRunResult,
  line: number,
  profile: Profile | null,
): { status: Answer; words: string } {
  const shares = profile?.writeBw?.value ?? SHARES
  const full = line * (run.bidirectional === true ? 2 : 1)
  const share = (run.bandwidthGbps ?? 0) / full
  const [low, high] = [Math.min(shares.hostMemory, shares.gpuDirect), Math.max(shares.hostMemory, shares.gpuDirect)]
  const wanted = run.gpuMemory === null ? high : run.gpuMemory ? shares.gpuDirect : shares.hostMemory
  const memory = run.gpuMemory === null ? 'memory not shown' : run.gpuMemory ? 'GPU memory' : 'host memory'
  const words = `${gbps(run.bandwidthGbps ?? 0)} is ${Math.round(share * 1000) / 10} % of ${gbps(full)} (${memory}, ${Math.round(wanted * 100)} % wanted)`
  if (share < FAILS_BELOW) return { status: 'fail', words }
  if (run.bidirectional === null)
    return { status: 'unknown', words: `${words}; whether both directions are summed is not shown` }
  if (share >= wanted) return { status: 'pass', words }
  return { status: run.gpuMemory === null && share >= low ? 'unknown' : 'warn', words }
}
