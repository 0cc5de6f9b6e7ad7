import { statSync } from 'node:fs'
import { knowledge } from '@/lib/explain/knowledge'
import { explainOptions } from './explain-options'
import { explainPath } from './explain-read'
import { explanationText } from './explain-text'

export const help = `cairn explain [--as KIND] [--json] [FILE…|DIR…|-]

Reads anything a supported tool prints, and any Kubernetes object, list or log, and says what it is, what stands in it and what is
wrong, from it alone. Nothing is stored and nothing leaves this machine.

A DIR (objects, events and logs of a cluster, a network-operator sosreport, a folder of "cairn capture") is judged as a whole: its
files are recognised by their content, put to nodes by the node's name in their path, and every node gets its pyramid.

  --as KIND   what it is (${knowledge.formats.map((format) => format.kind).join(', ')}; k8s:Kind for an object that lost its header)
  --json      FILE: one JSON object, on one line (schema, file, kind, status, reason, errors, facts, verdicts, causes)
              DIR: one line per node {schema, directory, node, state, firstBroken, headline, provedUpTo, levels, checks, causes, …}, then
              one line {schema, directory, summary: {headline, causes, unexplained, nodes, captures, left}}

Exit status: 0 every capture was read (of a DIR: every file that was recognised, and at least one); 3 some were not; 2 wrong usage.
`

/** @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  const options = explainOptions(argv)
  if (typeof options === 'string') {
    process.stderr.write(`cairn explain: ${options}\n\n${help}`)
    return 2
  }
  let allRead = true
  for (const path of options.paths) {
    if (isFolder(path)) {
      const [{ explainFolder }, { folderLines, folderText, isWholeFolder }] = await Promise.all([
        import('./explain-folder'),
        import('./explain-folder-text'),
      ])
      const explained = await explainFolder(path, knowledge)
      allRead &&= isWholeFolder(explained)
      await print(options.json ? folderLines(path, explained) : folderText(path, explained))
    } else {
      const { answer } = await explainPath(path, options.as, knowledge)
      allRead &&= answer.status === 'ok'
      await print(options.json ? `${JSON.stringify(answer)}\n` : explanationText(answer))
    }
  }
  return allRead ? 0 : 3
}

function isFolder(path: string): boolean {
  if (path === '-') return false
  try {
    return statSync(path).isDirectory()
  } catch {
    // Said where it is read: a file that is not there is an answer of its own.
    return false
  }
}

/** Waits where the reader of the output is slower: answers to thousands of captures do not pile up. */
async function print(text: string): Promise<void> {
  if (process.stdout.write(text)) return
  await new Promise((resolve) => process.stdout.once('drain', resolve))
}
