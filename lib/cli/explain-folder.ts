import { readFileSync } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knowledge } from '@/lib/explain/explain'
import { type ExplainedFolder, explainFiles, type ManyFile } from '@/lib/explain/explain-files'
import { explainPath } from './explain-read'

/** Bounds of a folder: beyond them files are named, not read. */
const MAX_DEPTH = 12
const MAX_FILES = 20_000
const MAX_BYTES = 1024 * 1024 * 1024

/** Reads every file of a folder, recognises each by its content, and judges all together. Links are not followed. */
export async function explainFolder(folder: string, knowledge: Knowledge): Promise<ExplainedFolder> {
  const { files, left } = await filesBelow(folder)
  return explainFiles(files, left, knowledge)
}

async function filesBelow(folder: string): Promise<{ files: ManyFile[]; left: ExplainedFolder['left'] }> {
  const files: ManyFile[] = []
  const left: { file: string; why: string }[] = []
  let bytes = 0
  const walk = async (at: string, parts: readonly string[]): Promise<void> => {
    const names = (await readdir(at)).sort()
    for (const name of names) {
      const path = join(at, name)
      const info = await lstat(path)
      if (info.isDirectory()) {
        if (parts.length >= MAX_DEPTH) left.push({ file: path, why: `more than ${MAX_DEPTH} folders deep` })
        else await walk(path, [...parts, name])
        continue
      }
      if (!info.isFile()) left.push({ file: path, why: 'not a plain file' })
      else if (info.size === 0) continue
      else if (files.length >= MAX_FILES) left.push({ file: path, why: `more than ${MAX_FILES} files` })
      else if (bytes + info.size > MAX_BYTES) left.push({ file: path, why: 'more than 1 GiB in all' })
      else {
        bytes += info.size
        files.push(fileAt(path, [...parts, name]))
      }
    }
  }
  await walk(folder, [])
  return { files, left }
}

function fileAt(path: string, parts: readonly string[]): ManyFile {
  return {
    file: path,
    parts,
    text: () => readFileSync(path, 'utf8'),
    explain: (knowledge) => explainPath(path, undefined, knowledge),
  }
}
