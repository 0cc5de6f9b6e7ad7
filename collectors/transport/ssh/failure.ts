import { sanitiseLine } from '@/lib/sanitise'
import type { Reach, ReachCode, ReachStage } from '../types'

/** Why a hop was not reached; becomes a `Reach`. The message is made harmless here, since hosts supply parts of it. */
export class ReachFailure extends Error {
  override name = 'ReachFailure'
  constructor(
    readonly stage: ReachStage,
    readonly code: ReachCode,
    reason: string,
    readonly extra: Pick<Reach, 'fingerprint' | 'expectedFingerprints'> = {},
  ) {
    super(sanitiseLine(reason, 400))
  }

  /** Worth one more try at once: the server dropped us before saying anything about us. */
  get transient(): boolean {
    return this.code === 'SSH_LOST' || (this.code === 'SSH_NO_BANNER' && this.message.includes('closed'))
  }
}

/** Any thrown thing as a failure at `stage`. */
export function asFailure(error: unknown, stage: ReachStage): ReachFailure {
  if (error instanceof ReachFailure) return error
  const words = error instanceof Error ? error.message : String(error)
  if (error instanceof RangeError) return new ReachFailure(stage, 'NO_PROBE', `the probe cannot be built: ${words}`)
  const aborted = error instanceof Error && error.name === 'AbortError'
  return new ReachFailure(stage, aborted ? 'ABORTED' : 'SSH_LOST', aborted ? 'the sweep was stopped' : words)
}

/** Error code of a Node error (`ECONNREFUSED`, …), or ''. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
