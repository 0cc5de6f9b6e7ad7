'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useMayOperate } from '@/components/shell/session'
import { toast } from '@/components/ui/toast'
import type { NodePage } from '@/lib/contract/api'
import { api } from '@/lib/contract/client'
import { queries } from '@/lib/contract/queries'
import { WORD } from '../state/shown'

/** How long the page waits for the first section to start before it trusts what it has. */
const PATIENCE_MS = 4_000

export interface Verify {
  /** Reads again what a check needs, or the whole node. */
  start(check?: string): void
  allowed: boolean
  busy: boolean
  /** Sections still being read. */
  sections: readonly string[]
  /** Old against new once it is done: "Failed before, OK now". */
  outcome: string | null
}

/** "Verify again": asks the agent to read again and follows it; the old verdict stays until the new one is there. */
export function useVerify(page: NodePage): Verify {
  const { report } = page
  const client = useQueryClient()
  const allowed = useMayOperate()
  const [asked, setAsked] = useState<{ at: number; state: NodePage['report']['state']; broken: string | null } | null>(
    null,
  )
  const [outcome, setOutcome] = useState<string | null>(null)
  const reading = page.verifying.length > 0
  const mutation = useMutation({
    mutationFn: (check: string | undefined) =>
      api.call('verify', { params: { name: report.node }, body: check ? { check } : {} }),
    onSuccess: () => {
      setOutcome(null)
      setAsked({ at: Date.now(), state: report.state, broken: report.firstBroken })
      void client.invalidateQueries({ queryKey: ['node', report.node] })
    },
  })
  // Live events bring progress; this poll covers a stream that is down.
  useQuery({ ...queries.node(report.node), refetchInterval: asked ? 1_500 : false })
  useEffect(() => {
    if (!asked || reading) return
    const timer = setTimeout(
      () => {
        const same = asked.state === report.state && asked.broken === report.firstBroken
        const words = same
          ? `Read again: still ${WORD[report.state]}`
          : `Read again: ${WORD[asked.state]} before, ${WORD[report.state]} now`
        setAsked(null)
        setOutcome(words)
      },
      Math.max(0, asked.at + PATIENCE_MS - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [asked, reading, report.state, report.firstBroken])
  return {
    start: (check) => {
      if (!allowed) toast('Verify again needs the operator role', 'fail')
      else if (!mutation.isPending && !asked) mutation.mutate(check)
    },
    allowed,
    busy: mutation.isPending || asked !== null || reading,
    sections: page.verifying,
    outcome,
  }
}
