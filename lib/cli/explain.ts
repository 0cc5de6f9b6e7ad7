import { type Explanation, explain, notExplained } from '@/lib/explain/explain'
import type { ExplainedFolder } from '@/lib/explain/explain-files'
import { knowledge } from '@/lib/explain/knowledge'
import { explainCapture, optionsOf, print, printAnswer } from './explain-capture'
import { pathKind } from './path-kind'

export { help } from './explain-capture'

/** @returns the exit status */
export async function main(argv: readonly string[]): Promise<number> {
  const options = optionsOf(argv)
  if (options === null) return 2
  let allRead = true
  for (const path of options.paths) {
    const kind = pathKind(path)
    if (kind === 'other') {
      allRead = (await explainCapture(path, options, print)) && allRead
      continue
    }
    const read =
      kind === 'folder'
        ? { folder: await (await import('./explain-folder')).explainFolder(path, knowledge) }
        : await explainPacked(path, options.as)
    if ('folder' in read) {
      const { folderLines, folderText, isWholeFolder } = await import('./explain-folder-text')
      allRead &&= isWholeFolder(read.folder)
      await print(options.json ? folderLines(path, read.folder) : folderText(path, read.folder))
    } else allRead = (await printAnswer(read, options, print)) && allRead
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
