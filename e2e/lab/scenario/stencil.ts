import type { KubeObject } from '@/lib/collector'

/** Makes the value with a node's own words in place of the stencil's; null where there is nothing to replace. */
type Fill = ((own: readonly string[]) => unknown) | null

/**
 * An object as a stencil: where one of `words` stands, each copy has its own word. Parts without any of them are shared by all copies,
 * so that thousands cost little.
 */
export function stencil(object: KubeObject, words: readonly string[]): (own: readonly string[]) => KubeObject {
  const fill = compile(object, words)
  return (own) => (fill === null ? object : asKubeObject(fill(own)))
}

function compile(value: unknown, words: readonly string[]): Fill {
  if (typeof value === 'string') return compileText(value, words)
  if (typeof value !== 'object' || value === null) return null
  const parts = Object.entries(value).map(([key, part]) => ({ key, part, fill: compile(part, words) }))
  if (parts.every(({ fill }) => fill === null)) return null
  const made = (own: readonly string[]) => parts.map(({ part, fill }) => (fill === null ? part : fill(own)))
  if (Array.isArray(value)) return made
  return (own) => {
    const values = made(own)
    return Object.fromEntries(parts.map(({ key }, at) => [key, values[at]]))
  }
}

function compileText(text: string, words: readonly string[]): Fill {
  const used = words.flatMap((word, at) => (text.includes(word) ? [{ word, at }] : []))
  if (used.length === 0) return null
  return (own) => used.reduce((made, { word, at }) => made.replaceAll(word, own[at] ?? ''), text)
}

function asKubeObject(value: unknown): KubeObject {
  return value as KubeObject
}
