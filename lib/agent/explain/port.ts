import type { ExplainPort } from '@/lib/agent/ports'
import type { ExplainResponse } from '@/lib/contract/api'
import { explain } from '@/lib/explain/explain'
import { gather } from '@/lib/explain/gather'
import { knowledge } from '@/lib/explain/knowledge'
import { judgeTogether } from '@/lib/explain/together'

/** Longest text sent back to the page, characters: what it can show. */
const MAX_SHOWN = 400_000

/** `explain` for the page: nothing is stored, nothing leaves the machine. Each capture is read in its own turn of the event loop. */
export const explainPort: ExplainPort = {
  async explain(request) {
    const explanations = []
    for (const capture of request.captures) {
      explanations.push(explain(capture.name, capture.text, knowledge, capture.as))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const captures: ExplainResponse['captures'] = explanations.map((one) => ({
      ...one.answer,
      candidates: one.candidates
        .slice(0, 6)
        .map(({ format, sure }) => ({ kind: format.kind, title: format.title, sure })),
      details: one.judgement.details.map((detail) => ({
        check: detail.check,
        evidence: [...detail.evidence] as never,
        fix: [...detail.fix],
        lines: decidingLines(one.text, detail.evidence),
      })),
      text: one.text.slice(0, MAX_SHOWN),
    }))
    return { captures, together: captures.length > 1 ? judgedTogether(explanations) : null }
  },
}

function judgedTogether(explanations: readonly ReturnType<typeof explain>[]): ExplainResponse['together'] {
  const gathered = gather(
    explanations.map((explanation) => ({ explanation, path: [explanation.answer.file] })),
    knowledge,
  )
  const reports = judgeTogether(gathered.facts, knowledge, gathered.isNode)
  const causes = [
    ...new Map(reports.flatMap((report) => report.causes).map((cause) => [cause.signature, cause])).values(),
  ]
  const first = reports.find((report) => report.state === 'fail') ?? reports[0]
  return { reports, causes, headline: first?.headline ?? null } as ExplainResponse['together']
}

/** Numbers (from 1) of the lines a verdict rests on. */
function decidingLines(
  text: string,
  evidence: readonly { kind: string; lines?: readonly { text: string; mark?: boolean }[] }[],
): number[] {
  const marked = new Set(
    evidence.flatMap((detail) => (detail.lines ?? []).filter((line) => line.mark).map((line) => line.text.trim())),
  )
  if (marked.size === 0) return []
  return text
    .split('\n')
    .flatMap((line, at) => (marked.has(line.trim()) ? [at + 1] : []))
    .slice(0, 200)
}
