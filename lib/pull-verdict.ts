import type { FixStep, Verdict } from './check'
import { type FailedPull, nodesShort } from './image-pulls'

/** Verdict on images that cannot be pulled for one reason; images with a wrong name are another check's. */
export function pullVerdict(
  pulls: readonly FailedPull[],
  words: { what: string; reason: string; fix: readonly FixStep[] },
): Verdict {
  const repositories = [...new Set(pulls.map((each) => each.image.replace(/\/[^/]*$/, '')))].sort()
  const pods = new Set(pulls.flatMap((each) => each.pods)).size
  const nodes = [...new Set(pulls.flatMap((each) => each.nodes))].sort()
  return {
    status: 'fail',
    summary: `${pulls.map((each) => each.image).join(', ')}: ${words.what}; ${pods} pods${nodes.length === 0 ? '' : ` on ${nodes.join(', ')}`} cannot pull`,
    findings: pulls.map((each) => ({
      subject: each.image,
      status: 'fail',
      summary: each.words ?? words.what,
      ...nodesShort(each),
    })),
    evidence: [
      {
        kind: 'lines',
        title: 'What the kubelet says',
        source: 'pod status, events',
        lines: pulls.map((each) => ({ text: each.words ?? each.image, mark: true })),
      },
    ],
    fix: words.fix,
    reason: words.reason,
    params: { repositories: repositories.join(',') },
  }
}
