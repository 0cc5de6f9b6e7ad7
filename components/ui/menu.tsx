'use client'

import { DropdownMenu as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'

export interface MenuItem {
  label: string
  /** What is inside or who can open it, in a few words. */
  hint?: string
  icon?: ReactNode
  disabled?: boolean
  onSelect(): void
}

export interface MenuProps {
  /** A button element. */
  trigger: ReactNode
  label: string
  items: readonly MenuItem[]
  open?: boolean
  onOpenChange?(open: boolean): void
}

/** A menu behind a button. */
export function Menu({ trigger, label, items, open, onOpenChange }: MenuProps) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className="motion-rise z-50 min-w-52 max-w-80 rounded-lg border border-line bg-raised p-1 shadow-(--shadow)"
        >
          {items.map((item) => (
            <Primitive.Item
              key={item.label}
              disabled={item.disabled}
              onSelect={item.onSelect}
              className="flex cursor-pointer items-start gap-2.5 rounded-md px-2.5 py-1.5 outline-none data-[disabled]:cursor-not-allowed data-[disabled]:opacity-55 data-[highlighted]:bg-line-soft"
            >
              {item.icon && <span className="mt-0.5 text-muted">{item.icon}</span>}
              <span className="min-w-0">
                <span className="block text-sm">{item.label}</span>
                {item.hint && <span className="block text-xs text-muted">{item.hint}</span>}
              </span>
            </Primitive.Item>
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
