'use client'

import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'

export interface DialogProps {
  open: boolean
  onOpenChange(open: boolean): void
  title: string
  description?: string
  children: ReactNode
  wide?: boolean
  /** False where leaving is not a choice (signed out). */
  dismissable?: boolean
}

/** A modal dialog; focus is kept inside and returns to its opener. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  wide = false,
  dismissable = true,
}: DialogProps) {
  const stay = (event: Event) => {
    if (!dismissable) event.preventDefault()
  }
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-(--scrim)" />
        <Primitive.Content
          onEscapeKeyDown={stay}
          onPointerDownOutside={stay}
          aria-describedby={description ? undefined : ''}
          className={`motion-rise fixed inset-x-3 top-[6vh] z-50 mx-auto flex max-h-[86vh] flex-col rounded-lg border border-line bg-surface shadow-(--shadow) ${wide ? 'max-w-3xl' : 'max-w-lg'}`}
        >
          <div className="flex items-start gap-3 border-b border-line-soft px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Primitive.Title className="text-[1rem] font-semibold">{title}</Primitive.Title>
              {description && (
                <Primitive.Description className="mt-0.5 text-sm text-muted">{description}</Primitive.Description>
              )}
            </div>
            {dismissable && (
              <Primitive.Close
                aria-label="Close"
                className="grid size-7 place-items-center rounded-md text-muted hover:bg-line-soft hover:text-text"
              >
                <X size={16} aria-hidden="true" />
              </Primitive.Close>
            )}
          </div>
          <div className="overflow-y-auto px-5 py-4">{children}</div>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
