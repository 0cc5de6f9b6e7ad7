import { type CapturedNode, capturedNode } from './captured-node'
import type { Explanation, Knowledge } from './explain'
import { explainTogether, type Together } from './explain-together'

/** A file among others: of a folder, of an archive, or dropped on the page. */
export interface ManyFile {
  /** As it is named to people. */
  file: string
  /** Folders below the one explained, then the file's name. */
  parts: readonly string[]
  text(): string
  explain(knowledge: Knowledge): Explanation | Promise<Explanation>
}

/** A file and what it was taken for. */
export interface FolderCapture {
  file: string
  kind: string | null
  status: Explanation['answer']['status']
  reason: string | null
  /** Node it was taken to be about; null: the whole cluster, or nobody named it. */
  node: string | null
}

/** Everything a folder or an archive says. */
export interface ExplainedFolder {
  together: Together
  captures: readonly FolderCapture[]
  /** Files left unread because of a bound, with why. */
  left: readonly { file: string; why: string }[]
}

/** Recognises each file by its content, and judges all together: every node's pyramid, and the causes over them. */
export async function explainFiles(
  files: readonly ManyFile[],
  left: ExplainedFolder['left'],
  knowledge: Knowledge,
): Promise<ExplainedFolder> {
  const captured = capturedNodes(files, knowledge)
  const written = new Set(captured.flatMap((one) => one.files))
  // Each capture alone is not judged: the verdicts of a folder are those of all its captures together.
  const readOnly: Knowledge = { ...knowledge, checks: [], causes: [] }
  const placed = []
  for (const one of files) {
    if (written.has(one.parts.join('/'))) continue
    placed.push({ explanation: await one.explain(readOnly), path: one.parts })
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

/** Captured nodes read of one folder: each looks through all files once. */
const MAX_NODES = 2000

/** Folders that `cairn capture` wrote: their files are read with the very parsers that read the node. Files are named by their path. */
export function capturedNodes(
  files: readonly Pick<ManyFile, 'parts' | 'text'>[],
  knowledge: Pick<Knowledge, 'collectors'>,
): CapturedNode[] {
  const found: CapturedNode[] = []
  for (const manifest of files) {
    if (manifest.parts.at(-1) !== 'capture.json' || found.length >= MAX_NODES) continue
    if (!manifest.text().includes('cairnCapture')) continue
    const path = manifest.parts.join('/')
    const folder = path.slice(0, -'capture.json'.length)
    const texts = new Map<string, string>()
    for (const other of files) {
      const name = other.parts.join('/')
      if (name.startsWith(folder) && name !== path) texts.set(name.slice(folder.length), other.text())
    }
    const node = capturedNode(manifest.text(), texts, knowledge.collectors)
    if (node) found.push({ ...node, files: [path, ...node.files.map((file) => folder + file)] })
  }
  return found
}
