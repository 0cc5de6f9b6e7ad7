import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { HostKeyStore, SshSettings } from '../types'
import { blobType, type KnownHost, KnownHosts, knownName } from './known-hosts'

/** What a host may present: its names in known_hosts, most specific first. */
export interface HostNames {
  host: string
  port: number
  /** Another name the same machine is known under (the node's name), asked when `host` is not known. */
  alias?: string
}

export type HostKeyDecision =
  | { ok: true; pin?: { name: string; key: string } }
  | {
      ok: false
      code: 'HOST_KEY_UNKNOWN' | 'HOST_KEY_CHANGED' | 'HOST_KEY_REVOKED' | 'HOST_CERT_UNSUPPORTED'
      reason: string
      expected: readonly string[]
    }

/** `SHA256:…` as ssh-keygen -l prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** Judges host keys (SEC-31…33). Any error on the way refuses the key (M-13). */
export class HostKeyPolicy {
  private files: KnownHosts | null = null
  private stamp = ''
  private checkedAt = 0

  constructor(
    private readonly settings: Pick<SshSettings, 'knownHostsFiles' | 'hostKeyPolicy' | 'tofuStore'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Key types known for the host, so that it is asked for the key we can verify, as OpenSSH does. */
  async knownTypes(names: HostNames): Promise<string[]> {
    try {
      const files = await this.load()
      const rows = nameChain(names).flatMap((name) => files.lookup(name))
      const pinned = this.settings.hostKeyPolicy === 'tofu' ? await this.pin(names) : null
      const types = rows.filter((row) => row.marker === '').map((row) => row.type)
      return [...new Set(pinned === null ? types : [...types, pinned.split(' ')[0] ?? ''])]
    } catch {
      // The order of key types is only a preference; decide() meets the same error and refuses.
      return []
    }
  }

  async decide(names: HostNames, blob: Buffer): Promise<HostKeyDecision> {
    try {
      return await this.judge(names, blob)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return { ok: false, code: 'HOST_KEY_UNKNOWN', reason: `the host key could not be checked: ${why}`, expected: [] }
    }
  }

  /** Stores a first key. @throws when the store does, or holds another key by now. */
  async commit(pin: { name: string; key: string }): Promise<void> {
    const store = requireStore(this.settings.tofuStore)
    const held = await store.get(pin.name)
    if (held !== null && held !== pin.key) throw new Error('another key was pinned meanwhile')
    if (held === null) await store.put(pin.name, pin.key)
  }

  private async judge(names: HostNames, blob: Buffer): Promise<HostKeyDecision> {
    const type = blobType(blob)
    if (type === null) return refuse('HOST_KEY_UNKNOWN', 'the host presented something that is no key', [])
    const key = blob.toString('base64')
    const files = await this.load()
    const chain = nameChain(names)
    const all = chain.flatMap((name) => files.lookup(name))
    if (all.some((row) => row.marker === 'revoked' && row.key === key)) {
      return refuse('HOST_KEY_REVOKED', `known_hosts revokes the ${type} key ${fingerprint(blob)}`, [])
    }
    for (const [index, name] of chain.entries()) {
      const rows = files.lookup(name).filter((row) => row.marker === '')
      if (rows.some((row) => row.key === key)) return { ok: true }
      // A name without its port says yes but never no: OpenSSH asks it only to find a match.
      if (rows.length > 0 && isExact(names, index)) return changed(name, type, blob, rows)
    }
    if (this.settings.hostKeyPolicy === 'tofu') {
      const pinned = await this.pin(names)
      if (pinned === `${type} ${key}`) return { ok: true }
      if (pinned !== null) return changed(knownName(names.host, names.port), type, blob, [pinToRow(pinned)])
    }
    const authority = all.some((row) => row.marker === 'cert-authority')
    if (authority) {
      return refuse(
        'HOST_CERT_UNSUPPORTED',
        'known_hosts has only a certificate authority for this host, and host certificates are not supported: add its plain key',
        [],
      )
    }
    if (this.settings.hostKeyPolicy === 'tofu') {
      requireStore(this.settings.tofuStore)
      return { ok: true, pin: { name: knownName(names.host, names.port), key: `${type} ${key}` } }
    }
    const shown = knownName(names.host, names.port)
    return refuse('HOST_KEY_UNKNOWN', `no known_hosts line for ${shown}; it presented ${type} ${fingerprint(blob)}`, [])
  }

  private async pin(names: HostNames): Promise<string | null> {
    return requireStore(this.settings.tofuStore).get(knownName(names.host, names.port))
  }

  /** The files, read again when one changed; looked at no more than every two seconds. */
  private async load(): Promise<KnownHosts> {
    if (this.files && this.now() - this.checkedAt < 2_000) return this.files
    const stamps = await Promise.all(this.settings.knownHostsFiles.map(stampOf))
    const stamp = stamps.join('|')
    if (!this.files || stamp !== this.stamp) {
      this.files = new KnownHosts(await Promise.all(this.settings.knownHostsFiles.map(readOrNothing)))
      this.stamp = stamp
    }
    this.checkedAt = this.now()
    return this.files
  }
}

/** `[host]:port`, then the bare host, then the same for the alias. */
function nameChain(names: HostNames): string[] {
  const hosts = names.alias === undefined || names.alias === names.host ? [names.host] : [names.host, names.alias]
  return hosts.flatMap((host) =>
    names.port === 22 ? [knownName(host, 22)] : [knownName(host, names.port), knownName(host, 22)],
  )
}

function isExact(names: HostNames, index: number): boolean {
  return names.port === 22 || index % 2 === 0
}

function changed(name: string, type: string, blob: Buffer, rows: readonly KnownHost[]): HostKeyDecision {
  const expected = rows.map((row) => fingerprint(Buffer.from(row.key, 'base64')))
  return refuse(
    'HOST_KEY_CHANGED',
    `${name} presented ${type} ${fingerprint(blob)}, known is ${[...new Set(expected)].slice(0, 3).join(', ')}`,
    expected,
  )
}

function refuse(
  code: Extract<HostKeyDecision, { ok: false }>['code'],
  reason: string,
  expected: readonly string[],
): HostKeyDecision {
  return { ok: false, code, reason, expected }
}

function pinToRow(pin: string): KnownHost {
  const [type, key] = pin.split(' ')
  return { marker: '', type: type ?? '', key: key ?? '' }
}

function requireStore(store: HostKeyStore | undefined): HostKeyStore {
  if (!store) throw new Error('host key policy tofu needs a pin store')
  return store
}

async function stampOf(path: string): Promise<string> {
  try {
    const info = await stat(path)
    return `${info.mtimeMs}:${info.size}:${info.ino}`
  } catch (error) {
    if (isMissing(error)) return 'none'
    throw error
  }
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return ''
    throw error
  }
}

/** A known_hosts file that is not there knows nobody; one that cannot be read is an error. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
