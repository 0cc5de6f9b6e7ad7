/** The fact `kubeletConfig`: resource managers of a kubelet. */
export interface KubeletFacts {
  cpuManagerPolicy: string | null
  topologyManagerPolicy: string | null
  topologyManagerScope: string | null
  reservedSystemCpus: string | null
  /** False: at least one policy is the default of an absent key (both are `none`). Null: an excerpt, absent keys say nothing. */
  explicit: boolean | null
}

/** Tells facts that were read from the empty object of an answer that was not ok. */
export function isKubeletFacts(facts: KubeletFacts | Record<string, never>): facts is KubeletFacts {
  return 'explicit' in facts
}
