'use client'

import { useState } from 'react'
import { StateMark } from '@/components/state/state-mark'
import { Dialog } from '@/components/ui/dialog'
import type { ShownState } from '@/lib/verdict'
import { setSingleKeys, singleKeysOn } from './hotkeys'

const KEYS: readonly (readonly [string, string])[] = [
  ['⌘K / Ctrl K', 'Search nodes, causes, checks, pages'],
  ['/', 'Filter the fleet, or search'],
  ['g f · g c · g r · g d', 'Fleet, causes, runs, doctor'],
  ['g e · g k', 'Explain, checks'],
  ['j · k', 'Next, previous in a list'],
  ['[ · ]', 'Previous, next node of the filtered list'],
  ['1 … 9, 0', 'Level 1 … 10 of a node'],
  ['n', 'Next problem'],
  ['v', 'Verify again'],
  ['c', 'Copy the fix'],
  ['y', 'Copy the link to this view'],
  ['s · e', 'Share, export as Markdown'],
  ['.', 'Problems only'],
  ['t', 'Dark or light'],
  ['Esc', 'Close the evidence'],
]

const MEANING: readonly (readonly [ShownState, string])[] = [
  ['pass', 'Evidence says it is as it should be.'],
  ['warn', 'Works, but not as it should be.'],
  ['fail', 'Evidence says it is broken.'],
  ['unknown', 'No fresh evidence. Never counted as OK.'],
  ['blocked', 'Cannot work until a check below it is fixed.'],
  ['running', 'Being measured now.'],
  ['not-proved', 'Only a benchmark run can show it; none has yet.'],
  ['not-applicable', 'This node does not have it.'],
]

/** Help: the words, and the keys. */
export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} wide title="Help" description="Words, shapes and keys of Cairn">
      <Help />
    </Dialog>
  )
}

function Help() {
  const [keys, setKeys] = useState(singleKeysOn)
  return (
    <div className="grid gap-6 md:grid-cols-2">
      <section>
        <h3 className="mb-2 text-sm font-semibold">Seven states, and the one not proved</h3>
        <dl className="flex flex-col gap-1.5 text-sm">
          {MEANING.map(([state, text]) => (
            <div key={state} className="grid grid-cols-[8.2rem_1fr] gap-2">
              <dt>
                <StateMark state={state} />
              </dt>
              <dd className="text-muted">{text}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-3 text-sm text-muted">
          A node counts as OK when levels 1 to 7 are proved. Levels are read bottom up: fix the lowest broken one first.
        </p>
      </section>
      <section>
        <h3 className="mb-2 text-sm font-semibold">Keyboard</h3>
        <dl className="flex flex-col gap-1 text-sm">
          {KEYS.map(([key, text]) => (
            <div key={key} className="grid grid-cols-[10.4rem_1fr] gap-2">
              <dt className="font-mono text-xs text-text">{key}</dt>
              <dd className="text-muted">{text}</dd>
            </div>
          ))}
        </dl>
        <label className="mt-3 flex min-h-6 items-center gap-2 text-sm">
          <input
            type="checkbox"
            checked={keys}
            onChange={(event) => {
              setSingleKeys(event.target.checked)
              setKeys(event.target.checked)
            }}
            className="size-4 accent-accent"
          />
          Single keys act outside of inputs
        </label>
      </section>
    </div>
  )
}
