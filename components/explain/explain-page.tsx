'use client'

import { useMutation } from '@tanstack/react-query'
import { FileUp, Plus, X } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { PageHead } from '@/components/ui/page-head'
import { Failure } from '@/components/ui/panel-state'
import { toast } from '@/components/ui/toast'
import { api } from '@/lib/contract/client'
import { Capture } from './capture'
import { SAMPLES } from './samples'
import { Together } from './together'

interface Input {
  name: string
  text: string
  as?: string
}

/** Largest paste, characters: what the agent takes in one request with room to spare. */
const MAX_CHARS = 24 * 1024 * 1024
const MAX_FILES = 200

/** Reads any pasted or dropped output: facts, verdicts, causes. Nothing is stored, nothing leaves the machine Cairn runs on. */
export function ExplainPage() {
  const [text, setText] = useState('')
  const [files, setFiles] = useState<readonly Input[]>([])
  const [dragging, setDragging] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const explain = useMutation({ mutationFn: (captures: Input[]) => api.call('explain', { body: { captures } }) })
  const [sent, setSent] = useState<readonly Input[]>([])

  const run = (captures: readonly Input[]) => {
    const size = captures.reduce((sum, capture) => sum + capture.text.length, 0)
    if (captures.length === 0) return
    if (size > MAX_CHARS) {
      toast(`That is ${Math.round(size / 1_048_576)} MiB; at most ${MAX_CHARS / 1_048_576} MiB go at once`, 'fail')
      return
    }
    setSent(captures)
    explain.mutate([...captures])
  }
  const all = () => [...(text.trim() ? [{ name: 'pasted text', text }] : []), ...files]
  const add = async (list: FileList | null) => {
    const room = [...(list ?? [])].slice(0, MAX_FILES - files.length)
    const read = await Promise.all(
      room.map(async (file) => ({ name: file.name.slice(0, 300), text: await file.text() })),
    )
    const next = [...files, ...read]
    setFiles(next)
    run([...(text.trim() ? [{ name: 'pasted text', text }] : []), ...next])
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setDragging(false)
    void add(event.dataTransfer.files)
  }
  return (
    <>
      <PageHead
        title="Explain"
        note="Paste or drop any output. Nothing is stored; nothing leaves the machine Cairn runs on."
      />
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
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && run(all())}
          rows={explain.data ? 5 : 11}
          spellCheck={false}
          placeholder="NCCL log, mstconfig, ibstat, kubectl get sriovnetworknodestates -o yaml, kubectl describe pod, dmesg, nvidia-smi topo -m …"
          className="raw w-full resize-y rounded-md border border-line-soft p-3 text-text placeholder:text-faint"
        />
        {files.length > 0 && (
          <ul className="mt-1.5 flex flex-wrap gap-1.5">
            {files.map((file, index) => (
              <li
                key={`${index + 1} ${file.name}`}
                className="flex items-center gap-1 rounded-full border border-line pl-3 text-xs"
              >
                {file.name}
                <button
                  type="button"
                  aria-label={`Remove ${file.name}`}
                  onClick={() => setFiles(files.filter((entry) => entry !== file))}
                  className="grid size-6 place-items-center rounded-full text-muted hover:bg-line-soft"
                >
                  <X size={12} aria-hidden="true" />
                </button>
              </li>
            ))}
          </ul>
        )}
        <div className="mt-2 flex flex-wrap items-center gap-2">
          <Button
            variant="primary"
            disabled={explain.isPending || (text.trim() === '' && files.length === 0)}
            onClick={() => run(all())}
          >
            {explain.isPending ? 'Reading…' : 'Explain'}
          </Button>
          <Button onClick={() => picker.current?.click()}>
            <FileUp size={14} aria-hidden="true" /> Files…
          </Button>
          <input ref={picker} type="file" multiple hidden onChange={(event) => void add(event.target.files)} />
          <span className="ml-2 text-sm text-muted">Try:</span>
          {SAMPLES.map((sample) => (
            <Button
              key={sample.name}
              variant="quiet"
              className="px-2 text-xs"
              onClick={() => {
                setText(sample.text)
                setFiles([])
                run([sample])
              }}
            >
              <Plus size={12} aria-hidden="true" /> {sample.title}
            </Button>
          ))}
        </div>
      </div>
      <div role="status" className="mt-4 flex flex-col gap-4">
        {explain.error && (
          <div className="panel">
            <Failure error={explain.error} retry={() => run(sent)} />
          </div>
        )}
        {explain.data?.together && explain.data.captures.length > 1 && (
          <Together together={explain.data.together} captures={explain.data.captures} />
        )}
        {explain.data?.captures.map((capture, index) => (
          <Capture
            key={`${index + 1} ${capture.file} ${capture.kind}`}
            capture={capture}
            onKind={(kind) => run(sent.map((entry, at) => (at === index ? { ...entry, as: kind } : entry)))}
          />
        ))}
      </div>
    </>
  )
}
