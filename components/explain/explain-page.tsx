'use client'

import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { PageHead } from '@/components/ui/page-head'
import { Failure } from '@/components/ui/panel-state'
import { toast } from '@/components/ui/toast'
import { api } from '@/lib/contract/client'
import { answerOf } from '@/lib/explain/answer'
import { AnswerPanel } from './answer-panel'
import { Capture } from './capture'
import { CaptureList } from './capture-list'
import { groupOf, InputBox } from './input-box'
import { KeepAnswer } from './keep-answer'
import { type Input, MAX_CHARS, type OpenedFiles, openFiles, type PickedFile } from './open-files'
import { splitSession } from './session'
import { Together } from './together'

/** Reads any pasted or dropped output: facts, verdicts, causes. Nothing is stored unless asked, nothing leaves the machine Cairn runs on. */
export function ExplainPage() {
  const [text, setText] = useState('')
  const [files, setFiles] = useState<readonly Input[]>([])
  const [left, setLeft] = useState<OpenedFiles['left']>([])
  const [opening, setOpening] = useState(false)
  const [sent, setSent] = useState<readonly Input[]>([])
  const explain = useMutation({ mutationFn: (captures: Input[]) => api.call('explain', { body: { captures } }) })

  const run = (captures: readonly Input[]) => {
    const size = captures.reduce((sum, capture) => sum + capture.text.length, 0)
    if (captures.length === 0) return
    if (size > MAX_CHARS) {
      toast(`That is ${Math.round(size / 1_048_576)} MiB; at most ${MAX_CHARS / 1_048_576} MiB go at once`, 'fail')
      return
    }
    const named = uniquelyNamed(captures)
    setSent(named)
    explain.mutate(named)
  }
  const pasted = (): Input[] => (text.trim() ? (splitSession(text) ?? [{ name: 'pasted text', text }]) : [])
  const add = async (picking: Promise<readonly PickedFile[]>) => {
    setOpening(true)
    try {
      const opened = await openFiles(await picking)
      const next = [...files, ...opened.inputs]
      setFiles(next)
      setLeft(opened.left)
      run([...pasted(), ...next])
    } catch (error) {
      toast(`The files could not be read: ${error instanceof Error ? error.message : String(error)}`, 'fail')
    } finally {
      setOpening(false)
    }
  }
  const asKind = (file: string, kind: string) =>
    run(sent.map((entry) => (entry.name === file ? { ...entry, as: kind } : entry)))
  const { data } = explain
  return (
    <>
      <PageHead
        title="Explain"
        note="Paste or drop any output. Nothing is stored unless you ask; nothing leaves the machine Cairn runs on."
      >
        {data && <KeepAnswer captures={sent} />}
      </PageHead>
      <InputBox
        text={text}
        files={files}
        small={data !== undefined}
        busy={explain.isPending || opening}
        onText={setText}
        onRun={() => run([...pasted(), ...files])}
        onFiles={(picking) => void add(picking)}
        onRemove={(group) => setFiles(files.filter((entry) => groupOf(entry.name) !== group))}
        onClear={() => {
          setText('')
          setFiles([])
          setLeft([])
          explain.reset()
        }}
        onSample={(sample) => {
          setText(sample.text)
          setFiles([])
          setLeft([])
          run([sample])
        }}
      />
      <div role="status" className="mt-4 flex flex-col gap-4">
        {explain.error && (
          <div className="panel">
            <Failure error={explain.error} retry={() => run(sent)} />
          </div>
        )}
        {left.length > 0 && <Left left={left} />}
        {data && results(data, asKind)}
      </div>
    </>
  )
}

/** One capture: its answer and itself. Several: what they say together, then each. */
function results(
  { captures, together, kinds }: Awaited<ReturnType<typeof api.call<'explain'>>>,
  asKind: (file: string, kind: string) => void,
): ReactNode {
  const [only] = captures
  if (captures.length === 1 && only && !together) {
    return (
      <>
        <AnswerPanel answer={answerOf(only)} />
        <Capture capture={only} kinds={kinds} onKind={(kind) => asKind(only.file, kind)} />
      </>
    )
  }
  return (
    <>
      {together && <Together together={together} captures={captures} />}
      <CaptureList captures={captures} kinds={kinds} onKind={asKind} />
    </>
  )
}

/** Files left unread shown by name. */
const MAX_LEFT = 8

function Left({ left }: { left: OpenedFiles['left'] }) {
  return (
    <section aria-label="Left unread" data-verdict="unknown" className="panel px-4 py-3 text-sm">
      <h2 className="font-semibold text-state">
        {left.length === 1 ? '1 file was left unread' : `${left.length} files were left unread`}
      </h2>
      <ul className="mt-1 text-muted">
        {left.slice(0, MAX_LEFT).map(({ file, why }, index) => (
          <li key={`${index + 1}`} className="break-words">
            <code>{file}</code>: {why}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Two files of one name are two captures. */
function uniquelyNamed(captures: readonly Input[]): Input[] {
  const seen = new Map<string, number>()
  return captures.map((capture) => {
    const count = (seen.get(capture.name) ?? 0) + 1
    seen.set(capture.name, count)
    return count === 1 ? capture : { ...capture, name: `${capture.name.slice(0, 290)} (${count})` }
  })
}
