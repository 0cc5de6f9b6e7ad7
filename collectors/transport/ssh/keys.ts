import type { Stats } from 'node:fs'
import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import { fingerprint } from './host-key'

/** A private key ready to sign: parsed once (feasibility §2.3: −11 % CPU per connection). */
export interface LoadedKey {
  path: string
  key: ParsedKey
  fingerprint: string
}

export interface LoadedKeys {
  keys: LoadedKey[]
  /** To be shown once, e.g. an unencrypted key. */
  notices: string[]
}

/** A key that must not or cannot be used; the message says why and what to do. */
export class KeyError extends Error {
  override name = 'KeyError'
}

const MIN_RSA_BITS = 3072

/** Loads and checks all keys (SEC-36). @throws KeyError */
export async function loadKeys(settings: {
  keyFiles: readonly string[]
  passphraseFile?: string
}): Promise<LoadedKeys> {
  const result: LoadedKeys = { keys: [], notices: [] }
  let passphrase: string | undefined
  if (settings.passphraseFile !== undefined) {
    passphrase = (await readSecret(settings.passphraseFile, 'passphrase file')).toString('utf8').split(/\r?\n/)[0]
  }
  for (const path of settings.keyFiles) {
    const data = await readSecret(path, 'private key')
    result.keys.push(parseOne(path, data, passphrase, result.notices))
    const folder = await stat(dirname(path))
    if ((folder.mode & 0o004) !== 0)
      result.notices.push(`${dirname(path)} is readable by everyone; mode 0700 hides the key's name too`)
  }
  return result
}

/** Reads a secret file: regular, ours, mode 0600 or stricter, in a folder others cannot write to. */
async function readSecret(path: string, what: string): Promise<Buffer> {
  const link = await look(path, what, lstat)
  if (link.isSymbolicLink()) {
    // Mounted Kubernetes secrets are links within their own folder; any other link could be swapped by its target's owner.
    const folder = await realpath(dirname(path))
    const target = await realpath(path).catch(() => '')
    if (!target.startsWith(folder + sep))
      throw new KeyError(`${what} ${path} is a symbolic link out of its folder: name the file itself`)
  }
  const info = await look(path, what, stat)
  if (!info.isFile()) throw new KeyError(`${what} ${path} is not a regular file`)
  const uid = process.getuid?.()
  if (uid !== undefined && info.uid !== uid)
    throw new KeyError(`${what} ${path} belongs to uid ${info.uid}, Cairn runs as ${uid}: chown it`)
  if ((info.mode & 0o077) !== 0) {
    throw new KeyError(
      `${what} ${path} has mode ${(info.mode & 0o777).toString(8).padStart(4, '0')}, others can use it: chmod 600`,
    )
  }
  const folder = await stat(dirname(path))
  if ((folder.mode & 0o022) !== 0 && (folder.mode & 0o1000) === 0)
    throw new KeyError(`${dirname(path)} can be written to by others: chmod go-w`)
  if (info.size > 65_536) throw new KeyError(`${what} ${path} is larger than 64 KiB`)
  return readFile(path).catch((error: unknown) => {
    throw new KeyError(`${what} ${path} cannot be read: ${message(error)}`)
  })
}

async function look(path: string, what: string, how: (path: string) => Promise<Stats>): Promise<Stats> {
  try {
    return await how(path)
  } catch (error) {
    throw new KeyError(`${what} ${path}: ${message(error)}`)
  }
}

function parseOne(path: string, data: Buffer, passphrase: string | undefined, notices: string[]): LoadedKey {
  const bare = ssh2.utils.parseKey(data)
  const encrypted = bare instanceof Error && /passphrase|encrypted/i.test(bare.message)
  const parsed = encrypted && passphrase !== undefined ? ssh2.utils.parseKey(data, passphrase) : bare
  if (parsed instanceof Error) {
    if (encrypted && passphrase === undefined)
      throw new KeyError(`private key ${path} is encrypted: set passphraseFile or use an agent`)
    if (encrypted) throw new KeyError(`private key ${path}: the passphrase is wrong`)
    throw new KeyError(`private key ${path} cannot be parsed: ${parsed.message}`)
  }
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (!key?.isPrivateKey()) throw new KeyError(`${path} holds no private key`)
  if (key.type === 'ssh-dss') throw new KeyError(`private key ${path} is DSA: use ed25519`)
  const blob = key.getPublicSSH()
  if (key.type === 'ssh-rsa' && rsaBits(blob) < MIN_RSA_BITS)
    throw new KeyError(
      `private key ${path} is RSA with ${rsaBits(blob)} bits: at least ${MIN_RSA_BITS}, better ed25519`,
    )
  if (key.type === 'ssh-rsa') refuseSha1(key)
  if (!encrypted) notices.push(`private key ${path} is not encrypted`)
  return { path, key, fingerprint: fingerprint(blob) }
}

/** ssh2 would sign with SHA-1 for servers that announce nothing better (SEC-34); it takes a returned Error as a refusal. */
function refuseSha1(key: ParsedKey): void {
  const sign: (data: Buffer | string, hash?: string) => Buffer | Error = key.sign.bind(key)
  const careful = (data: Buffer | string, hash?: string) =>
    hash === 'sha256' || hash === 'sha512'
      ? sign(data, hash)
      : new Error('the server accepts RSA keys only with SHA-1 signatures')
  Object.defineProperty(key, 'sign', { value: careful })
}

/** Modulus length from a public blob: string type, mpint e, mpint n. */
function rsaBits(blob: Buffer): number {
  let at = 0
  for (let field = 0; field < 2; field++) at += 4 + (at + 4 <= blob.length ? blob.readUInt32BE(at) : 0)
  if (at + 4 > blob.length) return 0
  const n = blob.subarray(at + 4)
  let skip = 0
  while (n[skip] === 0) skip++
  return (n.length - skip) * 8 - Math.clz32(n[skip] ?? 0) + 24
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
