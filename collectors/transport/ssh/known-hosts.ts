import { createHmac } from 'node:crypto'

/** One usable line of a known_hosts file. */
export interface KnownHost {
  marker: '' | 'revoked' | 'cert-authority'
  type: string
  /** Base64 of the public key blob. */
  key: string
}

interface Line extends KnownHost {
  patterns: readonly string[]
  hashed: { salt: Buffer; digest: Buffer } | null
}

/** The name a host has in known_hosts: lower case, `[host]:port` unless the port is 22. */
export function knownName(host: string, port: number): string {
  const name = host.toLowerCase()
  return port === 22 ? name : `[${name}]:${port}`
}

/**
 * The lines of one or more known_hosts files (sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT"): plain, hashed, wildcards, negation, markers.
 * Lines it cannot read say nothing about any host.
 */
export class KnownHosts {
  private readonly plain = new Map<string, Line[]>()
  private readonly patterned: Line[] = []
  private readonly hashed: Line[] = []
  private readonly cache = new Map<string, readonly KnownHost[]>()

  constructor(texts: readonly string[]) {
    for (const text of texts) for (const row of text.split('\n')) this.add(parseLine(row))
  }

  private add(line: Line | null): void {
    if (line === null) return
    if (line.hashed) this.hashed.push(line)
    else if (line.patterns.some((p) => /[*?!]/.test(p))) this.patterned.push(line)
    else for (const name of line.patterns) this.plain.set(name, [...(this.plain.get(name) ?? []), line])
  }

  /** Lines whose host field matches `name` (as made by `knownName`). */
  lookup(name: string): readonly KnownHost[] {
    const known = this.cache.get(name)
    if (known) return known
    const found = [
      ...(this.plain.get(name) ?? []),
      ...this.patterned.filter((line) => matchesList(name, line.patterns)),
      ...this.hashed.filter((line) => line.hashed && matchesHash(name, line.hashed)),
    ]
    if (this.cache.size > 20_000) this.cache.clear()
    this.cache.set(name, found)
    return found
  }
}

function parseLine(row: string): Line | null {
  const words = row.trim().split(/[ \t]+/)
  if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) return null
  let marker: KnownHost['marker'] = ''
  if (words[0].startsWith('@')) {
    if (words[0] === '@revoked') marker = 'revoked'
    else if (words[0] === '@cert-authority') marker = 'cert-authority'
    else return null
    words.shift()
  }
  const [hosts, type, key] = words
  if (hosts === undefined || type === undefined || key === undefined) return null
  const blob = Buffer.from(key, 'base64')
  if (blobType(blob) !== type) return null
  const base = { marker, type, key: blob.toString('base64') }
  if (!hosts.startsWith('|')) return { ...base, patterns: hosts.toLowerCase().split(','), hashed: null }
  const [, version, salt, digest] = hosts.split('|')
  if (version !== '1' || salt === undefined || digest === undefined) return null
  const hashed = { salt: Buffer.from(salt, 'base64'), digest: Buffer.from(digest, 'base64') }
  return hashed.digest.length === 20 ? { ...base, patterns: [], hashed } : null
}

/** The key type inside a public key blob, or null when it is none. */
export function blobType(blob: Buffer): string | null {
  if (blob.length < 8) return null
  const length = blob.readUInt32BE(0)
  return length > 0 && length <= 64 && blob.length > 4 + length ? blob.toString('latin1', 4, 4 + length) : null
}

function matchesHash(name: string, hashed: { salt: Buffer; digest: Buffer }): boolean {
  return createHmac('sha1', hashed.salt).update(name).digest().equals(hashed.digest)
}

/** A pattern list: any positive match, unless a negated pattern matches. */
function matchesList(name: string, patterns: readonly string[]): boolean {
  let matched = false
  for (const pattern of patterns) {
    if (pattern.startsWith('!')) {
      if (matchesGlob(name, pattern.slice(1))) return false
    } else if (matchesGlob(name, pattern)) matched = true
  }
  return matched
}

/** `*` and `?` only; linear back-tracking to the last star, so a hostile pattern cannot stall us. */
function matchesGlob(text: string, pattern: string): boolean {
  let t = 0
  let p = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      resume = t
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
