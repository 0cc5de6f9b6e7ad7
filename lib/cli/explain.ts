import { type Explanation, explain, notExplained } from '@/lib/explain/explain'
import type { ExplainedFolder } from '@/lib/explain/explain-files'
import { knowledge } from '@/lib/explain/knowledge'
import { explainOptions } from './explain-options'
import { explainPath } from './explain-read'
import { explanationText } from './explain-text'
import { pathKind } from './path-kind'

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

/** @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  const options = explainOptions(argv)
  if (typeof options === 'string') {
    process.stderr.write(`cairn explain: ${options}\n\n${help}`)
    return 2
  }
  let allRead = true
  for (const path of options.paths) {
    const kind = pathKind(path)
    const read =
      kind === 'folder'
        ? { folder: await (await import('./explain-folder')).explainFolder(path, knowledge) }
        : kind === 'packed'
          ? await explainPacked(path, options.as)
          : await explainPath(path, options.as, knowledge)
    if ('folder' in read) {
      const { folderLines, folderText, isWholeFolder } = await import('./explain-folder-text')
      allRead &&= isWholeFolder(read.folder)
      await print(options.json ? folderLines(path, read.folder) : folderText(path, read.folder))
    } else {
      allRead &&= read.answer.status === 'ok'
      await print(options.json ? `${JSON.stringify(read.answer)}\n` : explanationText(read.answer))
    }
  }
  return allRead ? 0 : 3
}

/** An archive is judged as a folder is; a gzipped text as that text. */
async function explainPacked(
  path: string,
  as: string | undefined,
): Promise<{ folder: ExplainedFolder } | Pick<Explanation, 'answer'>> {
  const { explainArchive, openArchive } = await import('./explain-archive')
  const opened = await openArchive(path)
  if ('error' in opened) return { answer: notExplained(path, null, opened.error) }
  if ('text' in opened) return explain(path, opened.text, knowledge, as)
  return { folder: await explainArchive(path, opened.contents, knowledge) }
}

/** Waits where the reader of the output is slower: answers to thousands of captures do not pile up. */
async function print(text: string): Promise<void> {
  if (process.stdout.write(text)) return
  await new Promise((resolve) => process.stdout.once('drain', resolve))
}
