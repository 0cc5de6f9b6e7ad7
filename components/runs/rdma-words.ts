import type { RdmaCell, RdmaTest } from '@/lib/contract/runs'

/** Tests as tabs, with the unit of their cells. */
export const RDMA_TESTS: Readonly<Record<RdmaTest, { title: string; unit: string }>> = {
  'write-bw': { title: 'Bandwidth', unit: 'Gb/s, ib_write_bw from host memory' },
  'write-bw-gpu': { title: 'GPUDirect', unit: 'Gb/s, ib_write_bw from GPU memory' },
  'write-lat': { title: 'Latency', unit: 'µs, ib_write_lat' },
  rping: { title: 'rping', unit: 'connection by rdma_cm' },
}

/** A rail's resource without its domain. */
export function railTitle(resource: string): string {
  return resource.replace(/^.*\//, '')
}

export function cellKey({ test, from, to, rail }: Pick<RdmaCell, 'test' | 'from' | 'to' | 'rail'>): string {
  return JSON.stringify([test, from, to, rail])
}

/** What stands in a cell: its number, or one word. */
export function cellValue({ status, bandwidthGbps, latencyUsec }: RdmaCell): string {
  if (bandwidthGbps !== null) return bandwidthGbps.toFixed(bandwidthGbps >= 100 ? 0 : 1)
  if (latencyUsec !== null) return latencyUsec.toFixed(2)
  return { pass: 'ok', warn: 'slow', fail: 'failed', unknown: 'none', running: '…', waiting: '·' }[status]
}
