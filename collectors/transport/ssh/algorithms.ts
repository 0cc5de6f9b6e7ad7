import type { Algorithms, CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2'
import type { ServerOffer } from './first-bytes'

/** SEC-34. No SHA-1, no CBC, no chacha20 (Terrapin), no DSA; curve25519 and ed25519 first. */
const KEX: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group14-sha256',
]
const HOST_KEYS: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]
const CIPHERS: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
]
const MACS: MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
]

/** The offer for one host: key types we can verify come first, as OpenSSH does. */
export function offerFor(knownTypes: readonly string[]): Algorithms {
  const known = (name: ServerHostKeyAlgorithm) => knownTypes.includes(name.startsWith('rsa-sha2') ? 'ssh-rsa' : name)
  return {
    kex: KEX,
    serverHostKey: [...HOST_KEYS.filter(known), ...HOST_KEYS.filter((name) => !known(name))],
    cipher: CIPHERS,
    hmac: MACS,
    compress: ['none'],
  }
}

/** What kept us from agreeing, named from the server's own offer; null when every list has something in common. */
export function noCommon(offer: ServerOffer): { what: string; theirs: string[] } | null {
  const lists: [string, readonly string[], readonly string[]][] = [
    ['key exchange', KEX, offer.kex],
    ['host key type', HOST_KEYS, offer.hostKey],
    ['cipher', CIPHERS, offer.cipher],
    ['MAC', MACS, offer.mac],
  ]
  for (const [what, ours, theirs] of lists) {
    const macless = what === 'MAC' && offer.cipher.some((c) => c.includes('gcm'))
    if (!macless && !theirs.some((name) => ours.some((our) => our === name))) return { what, theirs: [...theirs] }
  }
  return null
}

/** True when the server proves itself by certificates only. */
export function certificatesOnly(offer: ServerOffer): boolean {
  return offer.hostKey.length > 0 && offer.hostKey.every((name) => name.includes('-cert-v'))
}
