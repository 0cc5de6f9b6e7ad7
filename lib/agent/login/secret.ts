import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** SHA-256 as hex: what is stored of every token, session and link. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Compares two hex digests without telling by time where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8')
  const right = Buffer.from(b, 'utf8')
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Random text of `bits` bits from the system's generator, base62, always of the same length. */
export function randomBase62(bits: 64 | 128 | 256): string {
  const length = Math.ceil(bits / Math.log2(62))
  let value = BigInt(`0x${randomBytes(bits / 8).toString('hex')}`)
  let text = ''
  for (let at = 0; at < length; at += 1) {
    text = (ALPHABET[Number(value % 62n)] ?? '0') + text
    value /= 62n
  }
  return text
}

/** Length of a base62 text of 128 bits. */
export const BASE62_128 = 22
