import { randomBytes } from 'node:crypto'

/** Version of the wire between us and the probe: request line and frames. */
export const WIRE = 'cairn/1'

/** Section ids: `<collector>.<read>`, a closed alphabet so that they are one shell word and one frame word. */
const SECTION_ID = /^[A-Za-z][A-Za-z0-9_-]{0,63}\.[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** @throws RangeError for an id that could not travel. */
export function assertSectionId(id: string): void {
  if (!SECTION_ID.test(id))
    throw new RangeError(`section id ${JSON.stringify(id.slice(0, 80))} is not <collector>.<read>`)
}

/** A fresh 128-bit nonce, 32 hex digits (SEC-39). */
export function newNonce(): string {
  return randomBytes(16).toString('hex')
}

/**
 * The first line on the probe's standard input. It is both a shell assignment, for `sh -s`, and a line that an installed
 * probe (forced command) reads: one wire for both deployments.
 */
export function requestLine(nonce: string, lane: 'fast' | 'slow', ids: readonly string[]): string {
  if (!/^[0-9a-f]{32}$/.test(nonce)) throw new RangeError('nonce is not 32 hex digits')
  for (const id of ids) assertSectionId(id)
  return `CAIRN_REQUEST='${WIRE} ${nonce} ${lane} ${ids.join(',') || '-'}'\n`
}
