import type { Section } from '../types'
import { buildProbe, type ProbeScript } from './script'

const MAX_KEPT = 256

/** Scripts already built, by their sections: a fleet asks for the same few sets over and over. */
export class ProbeCache {
  private readonly built = new Map<string, { sections: readonly Section[]; script: ProbeScript }>()
  private readonly whole: ProbeScript | null

  /** `catalogue`: every section there is, to tell whether a node's installed probe is the current one. */
  constructor(catalogue: readonly Section[] | undefined) {
    this.whole = catalogue ? buildProbe(catalogue) : null
  }

  get(sections: readonly Section[]): ProbeScript {
    const key = sections.map(({ id }) => id).join(' ')
    const held = this.built.get(key)
    if (held?.sections.every(({ read }, index) => read === sections[index]?.read)) return held.script
    if (this.built.size >= MAX_KEPT) this.built.clear()
    const script = buildProbe(sections)
    this.built.set(key, { sections: [...sections], script })
    return script
  }

  /** Whether an installed probe is the one of our catalogue; null when we do not know the catalogue. */
  isCurrent(digest: string): boolean | null {
    return this.whole === null ? null : this.whole.digest === digest
  }
}
