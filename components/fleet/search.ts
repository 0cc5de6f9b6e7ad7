import type { FleetNode } from '@/lib/contract/api'
import { LEVELS } from '@/lib/levels'
import { WORD } from '../state/shown'

/** A fleet filter as typed: `state:fail level:vfs fw:28.43.* rack:A* dgx03`; a leading `-` turns a word around. */
export interface Search {
  matches(node: FleetNode): boolean
  /** What is wrong with the text, in words; the rest of it still filters. */
  problems: readonly string[]
}

const STATES = Object.keys(WORD)
const STATE_ALIASES: Readonly<Record<string, string>> = { ok: 'pass', failed: 'fail', warning: 'warn' }

/** Reads the text. `attributes` are the keys that nodes of this fleet have. */
export function parseSearch(text: string, attributes: readonly string[]): Search {
  const problems: string[] = []
  const tests = words(text).map((word) => {
    const negated = word.length > 1 && word.startsWith('-')
    const test = parseWord(negated ? word.slice(1) : word, attributes, problems)
    return negated && test ? (node: FleetNode) => !test(node) : test
  })
  return { matches: (node) => tests.every((test) => test === null || test(node)), problems }
}

/** Splits at spaces; quotes hold a value together (`profile:"DGX B200"`). */
function words(text: string): string[] {
  return (text.slice(0, 1_000).match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((word) => word.replaceAll('"', ''))
}

type Test = (node: FleetNode) => boolean

function parseWord(word: string, attributes: readonly string[], problems: string[]): Test | null {
  const colon = word.indexOf(':')
  if (colon < 1) return (node) => glob(word, false)(node.name)
  const key = word.slice(0, colon).toLowerCase()
  const value = word.slice(colon + 1)
  if (value === '') return null
  if (key === 'state') return stateTest(value, problems)
  if (key === 'level') return levelTest(value, problems)
  if (key === 'cause') {
    const fits = glob(value, false)
    return (node) => node.cause !== null && fits(node.cause)
  }
  if (key === 'is' && value === 'stale') return (node) => node.stale
  const attribute = attributes.find((name) => name.toLowerCase() === key)
  if (!attribute) {
    problems.push(
      `No node has “${key}”. Known: state, level, cause, is:stale${attributes.map((name) => `, ${name}`).join('')}.`,
    )
    return null
  }
  const fits = glob(value, true)
  return (node) => fits(node.attributes[attribute] ?? '')
}

function stateTest(value: string, problems: string[]): Test | null {
  const wanted = value
    .toLowerCase()
    .split(',')
    .map((state) => STATE_ALIASES[state] ?? state)
  const strange = wanted.filter((state) => !STATES.includes(state))
  if (strange.length > 0)
    problems.push(`“${strange.join(', ')}” is no state. States: pass, warn, fail, blocked, unknown.`)
  return strange.length === wanted.length ? null : (node) => wanted.includes(node.state)
}

function levelTest(value: string, problems: string[]): Test | null {
  const level = LEVELS.find((entry) => entry.id === value.toLowerCase() || String(entry.number) === value)
  if (!level) {
    problems.push(`“${value}” is no level. Levels: ${LEVELS.map((entry) => entry.id).join(', ')}, or 1 to 10.`)
    return null
  }
  return (node) => node.firstBroken === level.id
}

/** `*` stands for anything; without one, `whole` asks for equality and else a part is enough. Case does not matter. */
function glob(pattern: string, whole: boolean): (text: string) => boolean {
  const parts = pattern.toLowerCase().split('*')
  if (parts.length === 1)
    return (text) => (whole ? text.toLowerCase() === parts[0] : text.toLowerCase().includes(parts[0] ?? ''))
  return (text) => {
    const low = text.toLowerCase()
    const first = parts[0] ?? ''
    const last = parts.at(-1) ?? ''
    if (!low.startsWith(first) || !low.endsWith(last) || low.length < first.length + last.length) return false
    let at = first.length
    for (const part of parts.slice(1, -1)) {
      const found = low.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return at <= low.length - last.length
  }
}

/** Replaces the word with `key:` in a search by a new one; null removes it. */
export function withWord(text: string, key: string, value: string | null): string {
  const kept = (text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).filter((word) => !word.startsWith(`${key}:`))
  if (value !== null) kept.push(`${key}:${/\s/.test(value) ? `"${value}"` : value}`)
  return kept.join(' ')
}
