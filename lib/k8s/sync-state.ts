import type { NodeStateFact } from '@/collectors/cluster/sriov-node-state/parse'
import type { Finding } from '@/lib/check'
import { minutesBetween } from './age'
import { firmwareWords, missingWords } from './state-words'

/** A change is given this long before waiting turns into a fault (k8s-formats §1: proposals, a DGX boots in 8–15 min). */
const APPLY_MIN = 15
const DRAIN_MIN = 30

/** What the judgement of a node state knows besides the state. */
export interface SyncSetting {
  now: string | undefined
  disableDrain: boolean
}

/** Judges one node state by the table of k8s-formats §3.1: syncStatus × desired × current state. */
export function judgeSync(state: NodeStateFact, { now, disableDrain }: SyncSetting): Finding {
  const minutes = minutesBetween(state.changedAt ?? state.createdAt, now)
  const young = (limit: number) => minutes !== null && minutes < limit
  const say = (status: Finding['status'], words: string): Finding => ({
    subject: state.node,
    status,
    summary: `${state.node}: ${[words, firmwareWords(state), missingWords(state)].filter((each) => each !== '').join('; ')}`,
  })
  const pair = `desired ${state.desiredState ?? 'not set'}, current ${state.currentState ?? 'not set'}`
  const sync = `syncStatus ${state.syncStatus ?? 'not set'}, ${pair}`
  if (!state.reported || state.syncStatus === null)
    return say(young(APPLY_MIN) ? 'warn' : 'fail', `the config daemon has reported nothing yet (${sync})`)
  if (state.syncStatus === 'Failed' || state.lastSyncError !== null)
    return say('fail', `syncStatus ${state.syncStatus}: ${state.lastSyncError ?? 'no error text'}`)
  const idle = state.desiredState === 'Idle' && state.currentState === 'Idle'
  const unmarked = state.desiredState === null && state.currentState === null
  if (state.syncStatus === 'Succeeded')
    return idle || unmarked
      ? { subject: state.node, status: 'pass', summary: `${state.node}: Succeeded, ${pair}` }
      : say('warn', `${sync}: uncordon or a new drain is pending`)
  if (idle)
    return say(
      young(APPLY_MIN) || disableDrain ? 'warn' : 'fail',
      `${sync}: nothing drains, no error is written${disableDrain ? ' (disableDrain is set: it may be applying)' : ''}`,
    )
  if (unmarked) return say('fail', `${sync}: the operator has not touched it, its pod may be down`)
  const off = state.specs.length > 0 && state.inventory && firmwareWords(state).includes('no totalvfs')
  if (state.currentState === 'Idle')
    return say(off ? 'fail' : 'warn', `${sync}: waits for a drain slot (one node of a pool drains at a time)`)
  if (state.currentState === 'Draining')
    return say(off || (minutes !== null && minutes > DRAIN_MIN) ? 'fail' : 'warn', `${sync}: the node is being drained`)
  if (state.desiredState === 'Idle') return say('warn', `${sync}: configured, waits to be uncordoned`)
  return say(
    missingWords(state) !== '' && !young(DRAIN_MIN) ? 'fail' : 'warn',
    `${sync}: drained and cordoned, a reboot is asked or running`,
  )
}
