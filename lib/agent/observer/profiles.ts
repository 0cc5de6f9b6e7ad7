import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { Config } from '@/lib/agent/config-schema'
import { chooseProfile } from '@/lib/engine/choose-profile'
import type { Profile } from '@/lib/profile'
import { applies } from './targets'

type Override = Config['profiles']['overrides'][number]

/** Chooses profiles of nodes; the same choice is the same object, so that nothing is judged again for it. */
export class ProfileChooser {
  private readonly chosen = new Map<string, Profile | null>()

  constructor(
    private readonly profiles: readonly Profile[],
    private readonly overrides: readonly Override[],
  ) {}

  /** @param product DMI product name read on the node */
  choose(node: NodeFact, product: string | null): Profile | null {
    const gpuProduct = node.labels['nvidia.com/gpu.product'] ?? null
    const at = this.overrides.findLastIndex((rule) => applies(rule, node))
    const key = JSON.stringify([at, product, gpuProduct])
    const known = this.chosen.get(key)
    if (known !== undefined) return known
    const profile = this.make(this.overrides[at], { product, gpuProduct })
    this.chosen.set(key, profile)
    return profile
  }

  private make(override: Override | undefined, hints: Parameters<typeof chooseProfile>[1]): Profile | null {
    const base = override?.use
      ? (this.profiles.find((profile) => profile.id === override.use) ?? null)
      : chooseProfile(this.profiles, hints)
    return base && override?.set ? overridden(base, override.set, override.reason) : base
  }
}

/** A profile with numbers from the configuration; their source is the reason given there. */
function overridden(profile: Profile, set: Readonly<Record<string, unknown>>, reason: string): Profile {
  const source = `cairn.yaml: ${reason}`
  const values = Object.fromEntries(
    Object.entries(set)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, { value, source }]),
  )
  return { ...profile, ...values }
}
