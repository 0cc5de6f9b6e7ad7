import type { ExplainPort } from '@/lib/agent/ports'
import type { ExplainResponse } from '@/lib/contract/api'
import { writable } from '@/lib/contract/writable'
import type { CapturedNode } from '@/lib/explain/captured-node'
import { decidingLines } from '@/lib/explain/deciding-lines'
import { type Explanation, explain } from '@/lib/explain/explain'
import { capturedNodes } from '@/lib/explain/explain-files'
import { explainTogether } from '@/lib/explain/explain-together'
import { knowledge } from '@/lib/explain/knowledge'

/** Longest text sent back to the page, characters: what it can show. */
const MAX_SHOWN = 400_000
/** Longest capture read, characters; the command line reads longer ones. */
const MAX_TEXT = 32 * 1024 * 1024
/** Nodes whose pyramids are sent; the headline and the causes are over all. */
const MAX_REPORTS = 200
/** Texts of all captures together, characters: what one answer holds. */
const MAX_SHOWN_TOGETHER = 8_000_000

type Captured = ExplainResponse['captures'][number]

/** `explain` for the page: nothing is stored, nothing leaves the machine. Each capture is read in its own turn of the event loop. */
export const explainPort: ExplainPort = {
  async explain(request) {
    const files = request.captures.map(({ name, text }) => ({ parts: name.split('/'), text: () => text }))
    const nodes = capturedNodes(files, knowledge)
    const written = new Set(nodes.flatMap((node) => node.files))
    const explanations: Explanation[] = []
    for (const { name, text, as } of request.captures) {
      if (written.has(name)) continue
      explanations.push(explain(name, text.slice(0, MAX_TEXT), knowledge, as))
      await new Promise((resolve) => setImmediate(resolve))
    }
    let room = MAX_SHOWN_TOGETHER
    const captures = explanations.map((one) => {
      const text = one.text.slice(0, Math.min(MAX_SHOWN, room))
      room -= text.length
      return captured(one, text)
    })
    return {
      captures: [...captures, ...nodes.flatMap(readsOf)],
      together: request.captures.length > 1 ? judgedTogether(explanations, nodes) : null,
      kinds: knowledge.formats.map(({ kind, title }) => ({ kind, title })),
    }
  },
}

/** Files of `cairn capture`: read with the parsers that read the node, so they are no captures of their own. */
function readsOf({ node, reads }: CapturedNode): Captured[] {
  return reads.map(({ file, status, reason }) => ({
    schema: 1,
    file: `${node}/${file}`,
    kind: 'cairn-capture',
    status,
    ...(reason === null ? {} : { reason: { code: 'other', text: reason } }),
    errors: [],
    facts: {},
    verdicts: [],
    causes: [],
    candidates: [],
    details: [],
    text: '',
  }))
}

function captured(one: Explanation, text: string): Captured {
  return {
    ...one.answer,
    candidates: one.candidates
      .slice(0, 6)
      .map(({ format, sure }) => ({ kind: format.kind, title: format.title, sure })),
    details: one.judgement.details.map((detail) => ({
      ...writable(detail),
      lines: decidingLines(text, detail.evidence),
    })),
    text,
  }
}

/** Pyramids worst first, causes over nodes, and what is wrong first. */
function judgedTogether(
  explanations: readonly Explanation[],
  captured: readonly CapturedNode[],
): ExplainResponse['together'] {
  const placed = explanations.map((explanation) => ({ explanation, path: explanation.answer.file.split('/') }))
  const { reports, headline, causes } = explainTogether(placed, knowledge, captured)
  const of = (signature: string) =>
    reports.flatMap((report) => report.causes).find((cause) => cause.signature === signature) ?? []
  const first = reports.filter((report) => headline.nodes.includes(report.node))
  const others = reports.filter((report) => !headline.nodes.includes(report.node))
  return writable({
    reports: [...first, ...others].slice(0, MAX_REPORTS),
    causes: causes.flatMap((cause) => of(cause.signature)),
    headline: headline.text,
    status: headline.status,
    nodes: [...headline.nodes],
  })
}
