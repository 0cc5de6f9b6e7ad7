import { isCommandLine } from '@/lib/command-line'

/** Fences of a text that was pasted as code. */
const FENCE = /^\s*(?:```|~~~)\w*\s*$/

/**
 * Removes what a terminal or a chat put around an answer: prompts with the command typed, and code fences. Returns the same lines
 * where there are none.
 */
export function withoutTerminal(lines: readonly string[]): readonly string[] {
  const kept = lines.filter((line) => !FENCE.test(line) && !isCommandLine(line))
  if (kept.length === lines.length) return lines
  // A prompt after the last line of an answer shows that it ended.
  const last = lines.at(-1) ?? ''
  return FENCE.test(last) || isCommandLine(last) ? [...kept, ''] : kept
}
