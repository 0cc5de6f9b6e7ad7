import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Files by path below a root, and links by path with their targets. */
export interface Tree {
  files: Map<string, string>
  links: Map<string, string>
}

/**
 * Makes a folder hold exactly this tree. What is already right stays untouched and each file is replaced at once, so that a probe
 * that reads meanwhile finds the old or the new node, never half of one.
 */
export function writeFiles(root: string, tree: Tree): void {
  mkdirSync(root, { recursive: true })
  for (const [path, text] of tree.files) writeOne(join(root, path), text, path.startsWith('bin/') ? 0o755 : 0o644)
  for (const [path, target] of tree.links) linkOne(join(root, path), target)
  prune(root, root, tree)
}

function writeOne(path: string, text: string, mode: number): void {
  if (isFile(path) && readFileSync(path, 'utf8') === text) return
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.new`, text, { mode })
  renameSync(`${path}.new`, path)
}

function linkOne(path: string, target: string): void {
  if (isLink(path) && readlinkSync(path) === target) return
  mkdirSync(dirname(path), { recursive: true })
  rmSync(`${path}.new`, { force: true })
  symlinkSync(target, `${path}.new`)
  renameSync(`${path}.new`, path)
}

/** Removes what the tree no longer has; true when the folder is empty afterwards. */
function prune(root: string, folder: string, tree: Tree): boolean {
  let left = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const name = relative(root, path)
    const keep = entry.isDirectory() ? !prune(root, path, tree) : tree.files.has(name) || tree.links.has(name)
    if (keep) left += 1
    else rmSync(path, { recursive: true, force: true })
  }
  return left === 0
}

function isFile(path: string): boolean {
  return existsSync(path) && lstatSync(path).isFile()
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}
