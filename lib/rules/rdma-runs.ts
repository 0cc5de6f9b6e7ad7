import type { TestError } from '@/collectors/run/perftest/facts'
import type { RdmaRunResult, RdmaRuns } from '@/collectors/run/perftest/runs'

/** "dgx030 mlx5_0 → dgx031 mlx5_0", or what the capture names. */
export function runLabel({ from, to, title }: RdmaRunResult): string {
  const end = ({ node, device }: RdmaRunResult['from']) => [node, device].filter((each) => each !== null).join(' ')
  const ends = [end(from), end(to)].filter((each) => each !== '')
  return ends.length === 0 ? title : `${title} ${ends.join(' → ')}`
}

/** What a verdict on a run blames: the rail, else the device, else the test. */
export function runSubject({ from, title }: RdmaRunResult): string {
  return from.rail === null ? (from.device ?? from.node ?? title) : `rail ${from.rail}`
}

/** Two different rails: judged by the site's routing, not as a fault. */
export function isCrossRail({ from, to }: RdmaRunResult): boolean {
  return from.rail !== null && to.rail !== null && from.rail !== to.rail
}

/** Runs on one rail; of runs of ours that measure the same thing only the newest (they come newest first). */
export function currentRuns({ runs }: RdmaRuns): RdmaRunResult[] {
  const seen = new Set<string>()
  return runs.filter((run) => {
    if (isCrossRail(run)) return false
    if (run.runId === null) return true
    const key = JSON.stringify([run.tool, run.title, run.gpuMemory, run.bidirectional, run.from, run.to])
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** Errors before anything was sent over the fabric: they prove nothing of it. */
export function isBeforeFabric(error: TestError | null): boolean {
  return error?.code === 'no-rdma-device' || error?.code === 'control-connection'
}

const STATUS: Readonly<Record<number, string>> = {
  5: 'flushed: an earlier error ended the queue pair',
  10: 'remote access error: wrong key or memory gone',
  12: 'transport retry counter exceeded: wrong LID, GID or partition, a one-way fabric fault, or PFC and MTU that do not match',
  13: 'receiver not ready: the peer posted no receive buffers',
}

/** What an error means, in words. Source: host-formats §12, ibv_wc_status. */
export function errorWords(error: TestError): string {
  switch (error.code) {
    case 'completion': {
      const status = error.wcStatus ?? null
      return status === null
        ? 'a completion ended with an error'
        : `completion status ${status} (${STATUS[status] ?? 'see ibv_wc_status'})`
    }
    case 'qp-setup':
      return 'the queue pair did not reach RTR: wrong GID index or type, or no route'
    case 'peer-unreachable':
      return 'the RDMA connection manager did not reach the peer'
    case 'never-connected':
      return 'the RDMA connection was never established'
    case 'lost':
      return 'packets were lost'
    case 'control-connection':
      return 'the TCP control connection failed: server not started, firewall or NetworkPolicy'
    default:
      return 'no RDMA device was visible to the test'
  }
}

/** One decimal, without trailing zero. */
export const gbps = (value: number) => `${Math.round(value * 10) / 10} Gb/s`
