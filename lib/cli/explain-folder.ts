import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Explanation, Knowledge } from '@/lib/explain/explain'
import { explainTogether, type Together } from '@/lib/explain/explain-together'
import { type CapturedNode, capturedNode } from './captured-node'
import { explainPath } from './explain-read'

/** Bounds of a folder: beyond them files are named, not read. */
const MAX_DEPTH = 12
const MAX_FILES = 20_000
const MAX_BYTES = 1024 * 1024 * 1024

/** A file of a folder and what it was taken for. */
export interface FolderCapture {
  file: string
  kind: string | null
  status: Explanation['answer']['status']
  reason: string | null
  /** Node it was taken to be about; null: the whole cluster, or nobody named it. */
  node: string | null
}

/** Everything a folder says. */
export interface ExplainedFolder {
  together: Together
  captures: readonly FolderCapture[]
  /** Files left unread because of a bound, with why. */
  left: readonly { file: string; why: string }[]
}

interface FoundFile {
  path: string
  /** Folders below the folder explained, then the file's name. */
  parts: readonly string[]
}

/** Reads every file of a folder, recognises each by its content, and judges all together. Links are not followed. */
export async function explainFolder(folder: string, knowledge: Knowledge): Promise<ExplainedFolder> {
  const { files, left } = await filesBelow(folder)
  const captured = await capturedNodes(files, knowledge)
  const written = new Set(captured.flatMap((one) => one.files))
  // Each capture alone is not judged: the verdicts of a folder are those of all its captures together.
  const readOnly: Knowledge = { ...knowledge, checks: [], causes: [] }
  const placed = []
  for (const { path, parts } of files) {
    if (written.has(path)) continue
    placed.push({ explanation: await explainPath(path, undefined, readOnly), path: parts })
  }
  const together = explainTogether(placed, knowledge, captured)
  const captures = placed.map(({ explanation: { answer } }, at) => ({
    file: answer.file,
    kind: answer.kind,
    status: answer.status,
    reason: answer.reason?.text ?? null,
    node: together.nodes[at] ?? null,
  }))
  return { together, captures: [...captured.flatMap(readsOf), ...captures], left }
}

function readsOf(one: CapturedNode): FolderCapture[] {
  return one.reads.map(({ file, status, reason }) => ({ file, kind: 'cairn-capture', status, reason, node: one.node }))
}

/** Folders that `cairn capture` wrote: their files are read with the very parsers that read the node. */
async function capturedNodes(files: readonly FoundFile[], knowledge: Knowledge): Promise<CapturedNode[]> {
  const found: CapturedNode[] = []
  for (const { path } of files) {
    if (basename(path) !== 'capture.json') continue
    const manifest = await readFile(path, 'utf8')
    const folder = path.slice(0, -'capture.json'.length)
    const texts = new Map<string, string>()
    for (const other of files)
      if (other.path.startsWith(folder) && other.path !== path)
        texts.set(other.path.slice(folder.length), await readFile(other.path, 'utf8'))
    const node = capturedNode(manifest, texts, knowledge.collectors)
    if (node) found.push({ ...node, files: [path, ...node.files.map((file) => folder + file)] })
  }
  return found
}

async function filesBelow(folder: string): Promise<{ files: FoundFile[]; left: ExplainedFolder['left'] }> {
  const files: FoundFile[] = []
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
        files.push({ path, parts: [...parts, name] })
      }
    }
  }
  await walk(folder, [])
  return { files, left }
}
