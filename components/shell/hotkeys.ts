'use client'

import { useEffect, useRef } from 'react'

/** Keys to actions: one key (`v`), or `g` and a key (`g f`). */
export type Bindings = Readonly<Record<string, (() => void) | undefined>>

const SETTING = 'cairn-single-keys'
const stack: { current: Bindings }[] = []
let pending: string | null = null
let pendingAt = 0

/** Whether single keys act; a setting, because they disturb speech input (WCAG 2.1.4). */
export function singleKeysOn(): boolean {
  return localStorage.getItem(SETTING) !== 'off'
}

/** Switches single keys on or off in this browser. */
export function setSingleKeys(on: boolean): void {
  localStorage.setItem(SETTING, on ? 'on' : 'off')
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key !== 'Escape' && (typing(event.target) || !singleKeysOn())) return
  // A dialog has the keyboard for itself.
  if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="menu"]')) return
  const prefixed = pending && event.timeStamp - pendingAt < 1_200 ? `${pending} ${event.key}` : event.key
  pending = event.key === 'g' && prefixed === 'g' ? 'g' : null
  pendingAt = event.timeStamp
  for (let index = stack.length - 1; index >= 0; index--) {
    const action = stack[index]?.current[prefixed]
    if (!action) continue
    event.preventDefault()
    action()
    return
  }
}

/** Binds keys while the component is on the page; the innermost binding wins. Off inside inputs. */
export function useHotkeys(bindings: Bindings): void {
  const held = useRef(bindings)
  held.current = bindings
  useEffect(() => {
    if (stack.length === 0) document.addEventListener('keydown', onKey)
    stack.push(held)
    return () => {
      stack.splice(stack.indexOf(held), 1)
      if (stack.length === 0) document.removeEventListener('keydown', onKey)
    }
  }, [])
}
