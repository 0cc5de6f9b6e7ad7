import { CopyButton } from './copy-button'

/** A shell command with its copy button; wraps, so that all of it can be read before it is pasted. */
export function CommandLine({ command, what = 'Command' }: { command: string; what?: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line-soft bg-bg py-1 pr-1 pl-2.5">
      <pre className="min-w-0 flex-1 py-0.5 text-xs whitespace-pre-wrap text-text">
        <span aria-hidden="true" className="text-faint select-none">
          ${' '}
        </span>
        <code>{command}</code>
      </pre>
      <CopyButton text={command} what={what} />
    </div>
  )
}
