'use client'

import { useState } from 'react'
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

/** Steps shown, and characters of words and of a command that one step may have, before a compact box folds. */
const COMPACT = { steps: 3, words: 58, command: 90 }

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

function isLong(step: FixStep): boolean {
  const words = step.text.length + (step.verify?.length ?? 0)
  return (
    words > (step.command ? COMPACT.words : COMPACT.words * 2) ||
    (step.command?.length ?? 0) > COMPACT.command ||
    (step.command?.includes('\n') ?? false)
  )
}

export interface FixBoxProps {
  steps: readonly FixStep[]
  title?: string
  /** Whether `c` copies all. */
  hotkey?: boolean
  /** Folds long words and later steps until asked: the page's answer has to fit its first screen. */
  compact?: boolean
}

/** Ordered steps with commands to copy. Shown, never run. */
export function FixBox({ steps, title = 'Fix', hotkey = false, compact = false }: FixBoxProps) {
  const [isOpen, setOpen] = useState(false)
  const about = summary(steps)
  const foldable = compact && (steps.length > COMPACT.steps || steps.some(isLong))
  const isFolded = foldable && !isOpen
  const shown = isFolded ? steps.slice(0, COMPACT.steps) : steps
  const commandClamp = !isFolded ? '' : steps.length === 1 ? 'line-clamp-4' : 'line-clamp-2'
  useHotkeys({ c: hotkey ? () => void copyText(stepsAsText(steps), 'Fix') : undefined })
  return (
    <div className="min-w-0 self-start rounded-lg border border-line bg-surface">
      <div className="flex items-center gap-2 border-b border-line-soft py-1 pr-1.5 pl-3.5 text-xs text-muted">
        <p className="font-semibold text-text">{title}</p>
        <span className="min-w-0 flex-1">{about}</span>
        <CopyButton text={stepsAsText(steps)} what="Fix" label={steps.length > 1 ? 'Copy all' : 'Copy'} />
      </div>
      <ol className="flex flex-col gap-1 px-3.5 py-2">
        {shown.map((step, index) => (
          <Step
            key={`${index + 1} ${step.text}`}
            step={step}
            number={index + 1}
            folded={isFolded}
            clamp={commandClamp}
          />
        ))}
      </ol>
      {foldable && (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="no-print link mb-1.5 ml-3.5 min-h-6 text-xs"
        >
          {isOpen
            ? 'Less'
            : steps.length > COMPACT.steps
              ? `All ${steps.length} steps, with what to look for`
              : 'In full, with what to look for'}
        </button>
      )}
    </div>
  )
}

interface StepProps {
  step: FixStep
  number: number
  folded: boolean
  /** Class that cuts the command. */
  clamp: string
}

function Step({ step, number, folded, clamp }: StepProps) {
  const wordClamp = folded ? (step.command ? 'line-clamp-1' : 'line-clamp-2') : ''
  return (
    <li className="grid grid-cols-[1.1rem_minmax(0,1fr)] gap-x-1 text-sm">
      <span className="font-mono text-xs leading-5 text-faint">{number}</span>
      <div className="min-w-0">
        {step.command && (
          <div className="flex items-start gap-1">
            <code className="min-w-0 flex-1 rounded bg-bg px-1.5 py-0.5 text-xs leading-5 break-words whitespace-pre-wrap text-text">
              <span className={clamp}>{step.command}</span>
            </code>
            <CopyButton text={step.command} what="Command" />
          </div>
        )}
        <p className={`${step.command ? 'text-xs text-muted' : ''} ${wordClamp}`}>
          {sentence(step.text)}
          {step.verify && <span className="text-xs text-faint"> Done when: {sentence(step.verify)}</span>}
        </p>
      </div>
    </li>
  )
}

/** Words with a full stop, once. */
function sentence(text: string): string {
  return /[.!?:]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`
}
