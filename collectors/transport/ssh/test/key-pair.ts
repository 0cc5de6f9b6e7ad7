import ssh2 from 'ssh2'

/** Tries; one in two hundred fails. */
const TRIES = 20

/**
 * A fresh ed25519 key pair. ssh2 1.17.0 writes about one in two hundred so that it cannot read it again (a number that begins with a zero
 * byte is cut short): such a pair is thrown away.
 */
export function keyPair(comment = 'test'): { private: string; public: string } {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    const isReadable = [pair.private, pair.public].every((text) => !(ssh2.utils.parseKey(text) instanceof Error))
    if (isReadable) return pair
  }
  throw new Error('ssh2 made no key that it can read')
}
