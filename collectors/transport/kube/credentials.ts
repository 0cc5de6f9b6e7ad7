import { performance } from 'node:perf_hooks'
import { KubeFault } from './fault'

/** What a request shows to the API server. Holds secrets: never logged. */
export interface Identity {
  headers: Readonly<Record<string, string>>
  cert?: Buffer
  key?: Buffer
}

/** A loaded identity and when it stops being good (wall clock, ms); null when it does not say. */
export interface Loaded {
  identity: Identity
  expiresAt: number | null
}

/** How an identity is got. */
export interface IdentitySource {
  load(): Promise<Loaded>
  /** False when loading again can only bring the same (a token or certificate written in the kubeconfig). */
  renewable: boolean
  /** Loaded again after this long although nothing failed; null: only on expiry or 401. Token files are renewed by kubelet: 60 s. */
  maxAgeMs: number | null
}

/** An identity with the number of its loading: two requests that fail with the same number cause one renewal. */
export interface Issued {
  identity: Identity
  generation: number
}

const BEFORE_EXPIRY_MS = 10_000
/** Between two renewals because of 401, and after a failed loading: a plug-in is not spawned per request. */
const QUIET_MS = 30_000
const QUIET_AFTER_FAILURE_MS = 10_000

/** Keeps one identity, loads it once for all who wait, and renews it once after a 401. */
export class Credentials {
  private issued: Issued | null = null
  private expiresAt: number | null = null
  private loadedAt = 0
  private loading: Promise<Issued> | null = null
  private failed: { fault: KubeFault; at: number } | null = null
  private renewedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly source: IdentitySource,
    private readonly now: () => number,
  ) {}

  /** The identity to use now. @throws KubeFault when it cannot be loaded. */
  current(): Promise<Issued> {
    return this.issued !== null && !this.old() ? Promise.resolve(this.issued) : this.load()
  }

  /** After a 401 with this generation: true when there is another identity to try. */
  async renew(generation: number): Promise<boolean> {
    if (this.loading) await this.loading
    if (this.issued !== null && this.issued.generation !== generation) return true
    if (!this.source.renewable || performance.now() - this.renewedAt < QUIET_MS) return false
    this.renewedAt = performance.now()
    const before = this.issued?.identity
    const after = await this.load()
    return before === undefined || !same(before, after.identity)
  }

  private old(): boolean {
    if (this.expiresAt !== null && this.now() > this.expiresAt - BEFORE_EXPIRY_MS) return true
    return this.source.maxAgeMs !== null && performance.now() - this.loadedAt > this.source.maxAgeMs
  }

  private load(): Promise<Issued> {
    if (this.loading) return this.loading
    if (this.failed !== null && performance.now() - this.failed.at < QUIET_AFTER_FAILURE_MS)
      return Promise.reject(this.failed.fault)
    this.loading = this.source
      .load()
      .then(({ identity, expiresAt }) => this.accept(identity, expiresAt))
      .catch((error: unknown) => {
        const fault =
          error instanceof KubeFault
            ? error
            : new KubeFault(
                'denied',
                `The credential cannot be read: ${error instanceof Error ? error.message : String(error)}`,
              )
        this.failed = { fault, at: performance.now() }
        throw fault
      })
      .finally(() => {
        this.loading = null
      })
    return this.loading
  }

  private accept(identity: Identity, expiresAt: number | null): Issued {
    this.failed = null
    this.loadedAt = performance.now()
    // A plug-in that hands out something already expired would be run for every request.
    this.expiresAt = expiresAt !== null && expiresAt - BEFORE_EXPIRY_MS <= this.now() ? null : expiresAt
    if (this.issued === null || !same(this.issued.identity, identity))
      this.issued = { identity, generation: (this.issued?.generation ?? 0) + 1 }
    return this.issued
  }
}

function same(a: Identity, b: Identity): boolean {
  const keys = Object.keys(a.headers)
  if (keys.length !== Object.keys(b.headers).length || keys.some((key) => a.headers[key] !== b.headers[key]))
    return false
  return sameBytes(a.cert, b.cert) && sameBytes(a.key, b.key)
}

function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b)
}
