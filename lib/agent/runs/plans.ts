import { createHash, randomBytes } from 'node:crypto'
import type { RunOptions, RunPlan } from '@/lib/contract/runs'
import type { ManifestInput } from '@/lib/runs/manifest-input'
import type { SearchProgress } from './search/progress'

/** A plan somebody saw: confirmed by its hash, by the same person, once, within minutes (SEC-51). */
export interface KeptPlan {
  plan: RunPlan
  input: ManifestInput
  options: RunOptions
  by: string
  /** Preset `search`: what it begins with. */
  search?: SearchProgress
}

/** How long a shown plan may be confirmed, milliseconds. */
export const PLAN_LIFE_MS = 5 * 60_000
const MAX_PLANS = 100

/** Plans in memory only: a restart forgets them, and a person looks again. */
export class Plans {
  private readonly plans = new Map<string, KeptPlan>()

  keep(plan: KeptPlan): void {
    this.plans.set(plan.plan.planId, plan)
    for (const id of this.plans.keys()) {
      if (this.plans.size <= MAX_PLANS) break
      this.plans.delete(id)
    }
  }

  /** Takes a plan out: whatever comes of it, it cannot be used again. */
  take(planId: string): KeptPlan | null {
    const plan = this.plans.get(planId) ?? null
    this.plans.delete(planId)
    return plan
  }
}

export function hashOf(manifest: string): string {
  return createHash('sha256').update(manifest).digest('hex')
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A short id for names of objects: 10 letters and digits that are not mistaken for each other. */
export function newId(): string {
  return idOf(randomBytes(10))
}

/** The id that bytes stand for; the same for the same bytes. */
export function idOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 10), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
