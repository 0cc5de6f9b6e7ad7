import type { Profile } from '@/lib/profile'

/** What a profile is chosen by: the DMI product name, read on the node or from its labels. */
export interface ProfileHints {
  product: string | null
  /** Product of the GPU as the GPU operator labels it (`nvidia.com/gpu.product`). */
  gpuProduct: string | null
}

/** The first profile whose product pattern matches; null: unknown kind, only fleet majorities are compared. */
export function chooseProfile(profiles: readonly Profile[], hints: ProfileHints): Profile | null {
  const { product } = hints
  if (product === null) return null
  return (
    profiles.find((profile) => profile.products.some((pattern) => new RegExp(`^(?:${pattern})$`, 'i').test(product))) ??
    null
  )
}
