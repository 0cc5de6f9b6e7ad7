import type { NicPolicyFact } from '@/collectors/cluster/nic-cluster-policies/policy'
import { COMPONENTS } from './components'
import { compareSeries, releasesOfTag, rightName } from './images'
import type { OperatorRelease } from './operator-release'

/** A block of the policy whose image name is not the component's. */
export interface WrongName {
  path: string
  image: string
  right: string
  state: string
}

/** Image names in the policy that no release uses for that component (k8s-formats §4 NCP-5, §15). */
export function wrongNames(policy: NicPolicyFact): WrongName[] {
  return policy.components.flatMap((each) => {
    const known = COMPONENTS.find((one) => one.specPath === each.path)
    if (each.image === null || known?.images === undefined || known.images.includes(each.image)) return []
    const [first] = known.images
    return first === undefined
      ? []
      : [{ path: each.path, image: each.image, right: rightName(each.image) ?? first, state: known.state ?? '' }]
  })
}

/** An image whose tag belongs to another release than the operator's. */
export interface Skew {
  where: string
  image: string
  tag: string
  /** Releases that ship this tag. */
  of: readonly string[]
}

/** Images of other releases than the operator's: they mostly work, and are the first suspect when they do not. */
export function skewed(policy: NicPolicyFact, release: OperatorRelease): Skew[] {
  return policy.components.flatMap((each) => {
    if (each.image === null || each.version === null) return []
    const of = releasesOfTag(each.image, each.version)
    if (of.length === 0 || of.some((series) => compareSeries(series, release.series) === 0)) return []
    return [{ where: `spec.${each.path}`, image: each.image, tag: each.version, of }]
  })
}

/** True for NVIDIA's internal staging registry: published charts never use it (k8s-formats §15). */
export function isStaging(reference: string | null): boolean {
  return reference !== null && /(?:^|\/)nvstaging(?:\/|$)/.test(reference)
}
