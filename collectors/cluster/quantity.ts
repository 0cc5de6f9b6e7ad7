const SUFFIX: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/**
 * A Kubernetes quantity (`8`, `2113421032Ki`, `1k`, `500m`, `1e3`) as a number in its base unit; null for anything else.
 * Source: k8s.io/apimachinery resource.Quantity.
 */
export function quantity(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') return null
  const match = /^(\d{1,18}(?:\.\d{0,9})?)(?:[eE](\d{1,2})|([KMGTPE]i|[mkMGTPE])|)$/.exec(value.trim())
  if (!match) return null
  return Number(match[1]) * 10 ** Number(match[2] ?? 0) * (SUFFIX[match[3] ?? ''] ?? 1)
}
