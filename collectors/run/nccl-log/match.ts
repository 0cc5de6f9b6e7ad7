import { SIGNATURES } from './catalogue'
import type { Signature } from './signature'

/** Longest part of a line that patterns see; NCCL's own lines are shorter. */
const MATCH_WIDTH = 4096

const BY_GATE = groupByGate(SIGNATURES)

/** All gates at once: one pass tells that a line, as most do, holds none of them. */
const ANY_GATE = new RegExp([...BY_GATE.keys()].map((gate) => gate.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'))
const NONE: readonly Signature[] = []

/**
 * The signatures that fire on a line.
 * @param open true for a last line without a line end: what could grow into something else does not count then.
 */
export function matchSignatures(line: string, open = false): readonly Signature[] {
  const text = line.length > MATCH_WIDTH ? line.slice(0, MATCH_WIDTH) : line
  const first = text.search(ANY_GATE)
  if (first < 0) return NONE
  const found: Signature[] = []
  for (const [gate, signatures] of BY_GATE) {
    if (!text.includes(gate, first)) continue
    for (const signature of signatures) {
      const match = signature.pattern.exec(text)
      if (match && !(open && couldBeUndone(signature.pattern, match, text)) && !found.includes(signature))
        found.push(signature)
    }
  }
  return found
}

/**
 * True when more text could undo the match: `1` on an open line may have been `12`, `NET/IB/0` may go on with `/GDRDMA`.
 * Only patterns with an assertion can be undone; all others keep matching whatever follows.
 */
function couldBeUndone(pattern: RegExp, match: RegExpExecArray, text: string): boolean {
  return /\\b|\$|\(\?[!=]/.test(pattern.source) && match.index + match[0].length >= text.length
}

function groupByGate(signatures: readonly Signature[]): ReadonlyMap<string, readonly Signature[]> {
  const groups = new Map<string, Signature[]>()
  for (const signature of signatures) {
    for (const gate of signature.gates) groups.set(gate, [...(groups.get(gate) ?? []), signature])
  }
  return groups
}
