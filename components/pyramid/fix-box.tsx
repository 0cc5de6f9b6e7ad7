'use client'

import { useHotkeys } from '@/components/shell/hotkeys'
import { CopyButton, copyText } from '@/components/ui/copy-button'
import type { FixStep } from '@/lib/check'

const RISK: Readonly<Record<FixStep['risk'], string | null>> = {
  none: null,
  config: 'changes configuration',
  'restart-pods': 'restarts pods',
  drain: 'drains the node',
  reboot: 'reboots the node',
  'power-cycle': 'powers the node off',
}

/** All steps as a shell text: words as comments, commands as lines. */
export function stepsAsText(steps: readonly FixStep[]): string {
  return steps
    .map((step, index) => {
      const words = `# ${index + 1}. ${step.text}${step.verify ? ` (check: ${step.verify})` : ''}`.replaceAll('\n', ' ')
      return step.command ? `${words}\n${step.command}` : words
    })
    .join('\n')
}

function summary(steps: readonly FixStep[]): string {
  const minutes = steps.reduce((sum, step) => sum + (step.minutes ?? 0), 0)
  const risks = [...new Set(steps.map((step) => RISK[step.risk]).filter((risk) => risk !== null))]
  return [minutes > 0 ? `about ${minutes} min` : null, ...risks].filter((part) => part !== null).join(' · ')
}

/** Ordered steps with commands to copy. Shown, never run. */
export function FixBox({
  steps,
  hotkey = false,
  title = 'Fix',
}: {
  steps: readonly FixStep[]
  hotkey?: boolean
  title?: string
}) {
  const about = summary(steps)
  useHotkeys({ c: hotkey ? () => void copyText(stepsAsText(steps), 'Fix') : undefined })
  return (
    <div className="min-w-0 self-start rounded-lg border border-line bg-surface">
      <div className="flex items-center gap-2 border-b border-line-soft py-1 pr-1.5 pl-3.5 text-xs text-muted">
        <p className="font-semibold text-text">{title}</p>
        <span className="min-w-0 flex-1">{about}</span>
        <CopyButton text={stepsAsText(steps)} what="Fix" label={steps.length > 1 ? 'Copy all' : 'Copy'} />
      </div>
      <ol className="flex flex-col gap-1 px-3.5 py-2">
        {steps.map((step, index) => (
          <li key={`${index + 1} ${step.text}`} className="grid grid-cols-[1.1rem_minmax(0,1fr)] gap-x-1 text-sm">
            <span className="font-mono text-xs leading-5 text-faint">{index + 1}</span>
            <div className="min-w-0">
              {step.command && (
                <div className="flex items-start gap-1">
                  <code className="min-w-0 flex-1 rounded bg-bg px-1.5 py-0.5 text-xs leading-5 break-words whitespace-pre-wrap text-text">
                    {step.command}
                  </code>
                  <CopyButton text={step.command} what="Command" />
                </div>
              )}
              <p className={step.command ? 'text-xs text-muted' : ''}>
                {step.text}
                {step.verify && <span className="text-xs text-faint"> Done when: {step.verify}.</span>}
              </p>
            </div>
          </li>
        ))}
      </ol>
    </div>
  )
}
