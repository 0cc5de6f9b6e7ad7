/** What the scheduler says of a pod it cannot place. */
export interface Unschedulable {
  /** Nodes it looked at; null when the message names none. */
  nodes: number | null
  insufficient: readonly { resource: string; nodes: number }[]
  /** The other reasons, as printed. */
  others: readonly string[]
}

/**
 * Reads `0/10 nodes are available: 2 node(s) had untolerated taint {…}, 8 Insufficient nvidia.com/x. preemption: …`.
 * Words vary by release, so unknown parts are kept as text (k8s-formats §10, §19, §20.20).
 */
export function readScheduling(message: string): Unschedulable {
  const nodes = /^\d+\/(\d+) nodes? (?:are|is) available/.exec(message)?.[1]
  const list =
    (message.split(/nodes? (?:are|is) available: ?/)[1] ?? message).split(
      /\. (?:preemption|no new claims|Preemption)|\.$/,
    )[0] ?? ''
  const parts = list
    .split(', ')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const read = parts.map((part) => /^(\d+) Insufficient (\S+?)\.?$/.exec(part))
  return {
    nodes: nodes === undefined ? null : Number(nodes),
    insufficient: read.flatMap((match) => (match?.[2] ? [{ resource: match[2], nodes: Number(match[1]) }] : [])),
    others: parts.filter((_, index) => read[index] === null),
  }
}
