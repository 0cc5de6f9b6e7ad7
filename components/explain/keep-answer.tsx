'use client'

import { Snowflake } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { useMayOperate } from '@/components/shell/session'
import { Button } from '@/components/ui/button'
import type { Input } from './open-files'

// The dialog draws pictures: it comes when it is wanted.
const FrozenDialog = dynamic(() => import('@/components/share/frozen-dialog').then((module) => module.FrozenDialog), {
  ssr: false,
})

/** Keeps what the captures say behind a link that ends by itself: the only way in which anything of this page is stored. */
export function KeepAnswer({ captures }: { captures: readonly Input[] }) {
  const [open, setOpen] = useState(false)
  const may = useMayOperate()
  return (
    <>
      <Button
        disabled={!may}
        onClick={() => setOpen(true)}
        title={
          may
            ? 'Keeps the answer, redacted, behind a link that ends; the captures are not kept'
            : 'Needs the operator role'
        }
      >
        <Snowflake size={14} aria-hidden="true" /> Frozen link…
      </Button>
      {open && <FrozenDialog subject={{ kind: 'explain', captures: [...captures] }} onClose={() => setOpen(false)} />}
    </>
  )
}
