import type { ExplainPort } from '@/lib/agent/ports'
import type { Detail } from '@/lib/check'
import type { ExplainResponse } from '@/lib/contract/api'
import { writable } from '@/lib/contract/writable'
import { type Explanation, explain } from '@/lib/explain/explain'
import { explainTogether } from '@/lib/explain/explain-together'
import { knowledge } from '@/lib/explain/knowledge'

/** Longest text sent back to the page, characters: what it can show. */
const MAX_SHOWN = 400_000
/** Longest capture read, characters; the command line reads longer ones. */
const MAX_TEXT = 32 * 1024 * 1024
/** Nodes whose pyramids are sent; the headline and the causes are over all. */
const MAX_REPORTS = 200
const MAX_LINES = 200

type Captured = ExplainResponse['captures'][number]

/** `explain` for the page: nothing is stored, nothing leaves the machine. Each capture is read in its own turn of the event loop. */
export const explainPort: ExplainPort = {
  async explain(request) {
    const explanations: Explanation[] = []
    for (const { name, text, as } of request.captures) {
      explanations.push(explain(name, text.slice(0, MAX_TEXT), knowledge, as))
      await new Promise((resolve) => setImmediate(resolve))
    }
    return {
      captures: explanations.map(captured),
      together: explanations.length > 1 ? judgedTogether(explanations) : null,
    }
  },
}

function captured(one: Explanation): Captured {
  return {
    ...one.answer,
    candidates: one.candidates
      .slice(0, 6)
      .map(({ format, sure }) => ({ kind: format.kind, title: format.title, sure })),
    details: one.judgement.details.map((detail) => ({
      ...writable(detail),
      lines: decidingLines(one.text, detail.evidence),
    })),
    text: one.text.slice(0, MAX_SHOWN),
  }
}

/** Pyramids worst first, causes over nodes, and what is wrong first. */
function judgedTogether(explanations: readonly Explanation[]): ExplainResponse['together'] {
  const placed = explanations.map((explanation) => ({ explanation, path: explanation.answer.file.split('/') }))
  const { reports, headline, causes } = explainTogether(placed, knowledge)
  const of = (signature: string) =>
    reports.flatMap((report) => report.causes).find((cause) => cause.signature === signature) ?? []
  const first = reports.filter((report) => headline.nodes.includes(report.node))
  const others = reports.filter((report) => !headline.nodes.includes(report.node))
  return writable({
    reports: [...first, ...others].slice(0, MAX_REPORTS),
    causes: causes.flatMap((cause) => of(cause.signature)),
    headline: headline.text,
  })
}

/** Numbers (from 1) of the lines a verdict rests on. */
function decidingLines(text: string, evidence: readonly Detail[]): number[] {
  const marked = new Set(
    evidence.flatMap((detail) =>
      detail.kind === 'lines' ? detail.lines.filter((line) => line.mark).map((line) => line.text.trim()) : [],
    ),
  )
  if (marked.size === 0) return []
  return text
    .split('\n')
    .flatMap((line, at) => (marked.has(line.trim()) ? [at + 1] : []))
    .slice(0, MAX_LINES)
}
