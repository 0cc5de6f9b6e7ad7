import type { Fleet } from '@/lib/contract/api'

/** A number in [0, 1) from a seed: the same fleet at every start. */
export function hash(seed: number): number {
  let value = (seed ^ 0x9e3779b9) >>> 0
  value = Math.imul(value ^ (value >>> 16), 0x21f0aaad) >>> 0
  value = Math.imul(value ^ (value >>> 15), 0x735a2d97) >>> 0
  return ((value ^ (value >>> 15)) >>> 0) / 4_294_967_296
}

/** A fleet made by rule, for sizes and speed. */
export function bigFleet(size: number): Fleet {
  const nodes: Fleet['nodes'] = Array.from({ length: size }, (_, index) => {
    const place = hash(index)
    const state =
      place > 0.976 ? 'fail' : place > 0.97 ? 'unknown' : place > 0.935 ? 'blocked' : place < 0.01 ? 'warn' : 'pass'
    return {
      name: `gpu-${String(index).padStart(4, '0')}`,
      state,
      firstBroken: state === 'fail' ? 'drivers' : null,
      cause: state === 'fail' ? 'power-cycle-required:NUM_OF_VFS:8' : null,
      headline: state === 'pass' ? 'OK up to Network resources' : 'Firmware change waits for a power cycle',
      levels: state === 'fail' ? 'ppfpbpbbbb' : state === 'unknown' ? 'uuuuuuuuuu' : 'pppppppnnn',
      readAt: new Date(Date.now() - place * 600_000).toISOString(),
      stale: false,
      revision: 1,
      attributes: {
        rack: `R${String(Math.floor(index / 32)).padStart(2, '0')}`,
        profile: 'DGX B200',
        firmware: '28.43.2026',
      },
    }
  })
  const count = (state: string) => nodes.filter((node) => node.state === state).length
  return {
    revision: 7,
    full: true,
    cluster: { name: 'big', context: null, server: null },
    at: new Date().toISOString(),
    counts: {
      total: size,
      pass: count('pass'),
      warn: count('warn'),
      fail: count('fail'),
      blocked: count('blocked'),
      unknown: count('unknown'),
    },
    nodes,
    removed: [],
    causes: [],
    sweep: null,
    liveness: {
      kube: { state: 'live', since: null },
      ssh: { state: 'live', connections: size },
      store: { state: 'ok' },
    },
  }
}
