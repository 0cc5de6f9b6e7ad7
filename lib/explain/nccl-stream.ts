import nccl from '@/collectors/run/nccl-tests/format'
import { createNcclReader, type NcclReader } from '@/collectors/run/nccl-tests/reader'
import { redact } from '@/lib/redact'
import { sanitise, sanitiseData } from '@/lib/sanitise'
import { type Explanation, plainFacts } from './explain'
import { judgeFacts } from './judge-capture'
import { knowledge } from './knowledge'
import { candidates, recognised, viewsOf } from './recognise'

/** An NCCL log that is read as it comes: memory does not grow with its length. */
export interface NcclStream {
  /** Any piece of the text; it may end anywhere. */
  push(text: string): void
  /** After the last piece: the answer a small log of the same lines would get. The text itself is not kept. */
  end(file: string): Explanation
}

/** Longest part of a line kept until its end comes, characters; the reader cuts longer lines anyway. */
const MAX_CARRY = 256 * 1024

/** True where the first MiB of a capture is surest of being an NCCL log or table (a `-J` report is JSON and read whole). */
export function isNcclHead(head: string): boolean {
  if (/^\s*[[{]/.test(head)) return false
  const whole = head.slice(0, head.lastIndexOf('\n') + 1)
  return recognised(candidates(knowledge.formats, viewsOf(redact(whole).text)))?.format.kind === nccl.kind
}

/** A reader behind the same cleaning as every other capture goes through: credentials and control characters out, line by line. */
export function ncclStream(): NcclStream {
  const reader = createNcclReader()
  let carry = ''
  const feed = (text: string) => {
    if (text !== '') reader.push(sanitise(redact(text).text))
  }
  return {
    push(text) {
      const joined = carry + text
      const end = joined.length > MAX_CARRY && !joined.includes('\n') ? joined.length : joined.lastIndexOf('\n') + 1
      carry = joined.slice(end)
      feed(joined.slice(0, end))
    },
    end(file) {
      feed(carry)
      carry = ''
      return explanationOf(file, reader)
    },
  }
}

function explanationOf(file: string, reader: NcclReader): Explanation {
  const facts = reader.facts()
  const given = { whole: nccl.provides?.(facts) ?? {}, nodes: [] }
  const judgement = judgeFacts(given, knowledge)
  const isCut = !facts.complete && facts.form !== 'log'
  const answer = sanitiseData<Explanation['answer']>({
    schema: 1,
    file,
    kind: nccl.kind,
    status: 'ok',
    ...(isCut ? { reason: { code: 'cut', text: 'the output ends before its footer' } } : {}),
    errors: [],
    facts: plainFacts(facts),
    verdicts: judgement.verdicts,
    causes: judgement.causes,
  })
  return { answer, candidates: [], judgement, facts: given, objects: null, text: '' }
}
