import type { Explanation } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'
import { type ExplainOptions, explainOptions } from './explain-options'
import { explainPath } from './explain-read'
import { explanationText } from './explain-text'

export const help = `cairn explain [--as KIND] [--json] [FILE…|DIR…|ARCHIVE…|-]

Reads anything a supported tool prints, and any Kubernetes object, list or log, and says what it is, what stands in it and what is
wrong, from it alone. Nothing is stored and nothing leaves this machine.

A DIR (objects, events and logs of a cluster, a network-operator sosreport, a folder of "cairn capture") is judged as a whole: its
files are recognised by their content, put to nodes by the node's name in their path, and every node gets its pyramid. So is a .tar or
.tar.gz of one, which is opened in memory; a .gz of a single file is read as that file.

  --as KIND   what it is (${knowledge.formats.map((format) => format.kind).join(', ')}; k8s:Kind for an object that lost its header)
  --json      FILE: one JSON object, on one line (schema, file, kind, status, reason, errors, facts, verdicts, causes)
              DIR, ARCHIVE: one line per node {schema, directory, node, state, firstBroken, headline, provedUpTo, levels, checks, causes, …}, then
              one line {schema, directory, summary: {headline, causes, unexplained, nodes, captures, left}}

Exit status: 0 every capture was read (of a DIR: every file that was recognised, and at least one); 3 some were not; 2 wrong usage.
`

/** The command line as it is meant; null where it is wrong, which was then said. */
export function optionsOf(argv: readonly string[]): ExplainOptions | null {
  const options = explainOptions(argv)
  if (typeof options !== 'string') return options
  process.stderr.write(`cairn explain: ${options}\n\n${help}`)
  return null
}

/** Where answers go; resolves when the next may follow. */
export type Print = (text: string) => Promise<void>

/** Says what one file, or stdin, is. @returns whether it was read */
export async function explainCapture(path: string, options: ExplainOptions, print: Print): Promise<boolean> {
  return printAnswer(await explainPath(path, options.as, knowledge), options, print)
}

/** @returns whether the capture was read */
export async function printAnswer(
  { answer }: Pick<Explanation, 'answer'>,
  { json }: ExplainOptions,
  print: Print,
): Promise<boolean> {
  await print(json ? `${JSON.stringify(answer)}\n` : explanationText(answer))
  return answer.status === 'ok'
}

/** Waits where the reader of the output is slower: answers to thousands of captures do not pile up. */
export async function print(text: string): Promise<void> {
  if (process.stdout.write(text)) return
  await new Promise((resolve) => process.stdout.once('drain', resolve))
}
