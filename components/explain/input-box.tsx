'use client'

import { FileUp, FolderUp, Plus, X } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { droppedFiles, pickedFiles } from './dropped-files'
import type { Input, PickedFile } from './open-files'
import { SAMPLES } from './samples'

interface InputBoxProps {
  text: string
  files: readonly Input[]
  /** An answer is shown below: the box makes room for it. */
  small: boolean
  busy: boolean
  onText(text: string): void
  onRun(): void
  onFiles(picking: Promise<readonly PickedFile[]>): void
  /** Takes away a file, or all of a folder or archive. */
  onRemove(group: string): void
  onClear(): void
  onSample(sample: Input): void
}

/** Names of files shown; a folder has hundreds. */
const MAX_NAMES = 12

/** Where text is pasted and files, folders and archives are dropped or picked. */
export function InputBox(props: InputBoxProps) {
  const { text, files, small, busy, onText, onRun, onFiles, onRemove, onClear, onSample } = props
  const groups = grouped(files)
  const [dragging, setDragging] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const folderPicker = useRef<HTMLInputElement>(null)
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setDragging(false)
    onFiles(droppedFiles(event.dataTransfer))
  }
  const pick = (input: HTMLInputElement) => {
    onFiles(Promise.resolve(pickedFiles(input.files)))
    // The same file may be picked again.
    input.value = ''
  }
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={onDrop}
      className={`panel p-3 ${dragging ? 'outline-2 outline-accent' : ''}`}
    >
      <label htmlFor="capture" className="sr-only">
        Output to explain
      </label>
      <textarea
        id="capture"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && onRun()}
        rows={small ? 2 : 11}
        spellCheck={false}
        placeholder="Paste, or drop files, a folder or a .tar.gz here: NCCL log, mstconfig, ibstat, kubectl get sriovnetworknodestates -o yaml, kubectl describe pod, dmesg, nvidia-smi topo -m …"
        className="raw w-full resize-y rounded-md border border-line-soft p-3 text-text placeholder:text-faint"
      />
      {files.length > 0 && (
        <ul className="mt-1.5 flex flex-wrap gap-1.5">
          {groups.slice(0, MAX_NAMES).map(([name, count]) => (
            <li key={name} className="flex max-w-full items-center gap-1 rounded-full border border-line pl-3 text-xs">
              <span className="min-w-0 truncate">{count === 1 ? name : `${name}, ${count} files`}</span>
              <button
                type="button"
                aria-label={`Remove ${name}`}
                onClick={() => onRemove(name)}
                className="grid size-6 shrink-0 place-items-center rounded-full text-muted hover:bg-line-soft"
              >
                <X size={12} aria-hidden="true" />
              </button>
            </li>
          ))}
          {groups.length > MAX_NAMES && (
            <li className="self-center text-xs text-muted">and {groups.length - MAX_NAMES} more</li>
          )}
        </ul>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button variant="primary" disabled={busy || (text.trim() === '' && files.length === 0)} onClick={onRun}>
          {busy ? 'Reading…' : 'Explain'}
        </Button>
        <Button onClick={() => picker.current?.click()}>
          <FileUp size={14} aria-hidden="true" /> Files…
        </Button>
        <Button onClick={() => folderPicker.current?.click()}>
          <FolderUp size={14} aria-hidden="true" /> Folder…
        </Button>
        <input ref={picker} type="file" multiple hidden onChange={(event) => pick(event.target)} />
        <input
          ref={folderPicker}
          type="file"
          // React knows no type for it; every browser since 2020 picks folders by it.
          {...{ webkitdirectory: '' }}
          hidden
          onChange={(event) => pick(event.target)}
        />
        {small ? (
          <Button variant="quiet" onClick={onClear}>
            <X size={14} aria-hidden="true" /> Clear
          </Button>
        ) : (
          <>
            <span className="ml-2 text-sm text-muted">Try:</span>
            {SAMPLES.map((sample) => (
              <Button
                key={sample.name}
                variant="quiet"
                className="px-2 text-xs"
                onClick={() => onSample({ name: sample.name, text: sample.text })}
              >
                <Plus size={12} aria-hidden="true" /> {sample.title}
              </Button>
            ))}
          </>
        )}
      </div>
    </div>
  )
}

/** The folder or archive a file came in, or the file itself. */
export function groupOf(name: string): string {
  return name.split('/')[0] ?? name
}

/** Folders, archives and single files with how many texts each holds, in order. */
function grouped(files: readonly Input[]): [name: string, count: number][] {
  const counts = new Map<string, number>()
  for (const { name } of files) counts.set(groupOf(name), (counts.get(groupOf(name)) ?? 0) + 1)
  return [...counts]
}
