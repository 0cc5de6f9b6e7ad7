import type { CounterGrowthFacts } from '@/collectors/history/port-counters/collector'

/** The fact `counterGrowth` over one hour of mlx5_0, for examples: counters with their values before and after. */
export function exampleGrowth(...grown: readonly (readonly [string, number, number])[]): CounterGrowthFacts {
  const [since, readAt] = ['2026-01-01T10:00:00Z', '2026-01-01T11:00:00Z']
  const port = { device: 'mlx5_0', pci: '0000:18:00.0', port: 1, since, at: readAt }
  return { since, readAt, growth: grown.map(([counter, from, to]) => ({ ...port, counter, from, to })) }
}
