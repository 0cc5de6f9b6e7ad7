import type { ReadStatus } from '@/lib/read'
import { sanitiseLine } from '@/lib/sanitise'
import type { MissingRight } from './types'

/** A request that brought no usable answer: how the read ends, and why in one sentence. */
export class KubeFault extends Error {
  override name = 'KubeFault'
  constructor(
    readonly status: Exclude<ReadStatus, 'ok'>,
    reason: string,
    readonly more: {
      httpStatus?: number
      missing?: MissingRight
      retryAfterSec?: number
      body?: unknown
      text?: string
    } = {},
  ) {
    super(reason)
  }
}

const NOT_TRUSTED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet (check the clock)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed and not in certificate-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'is signed by a CA that is not in certificate-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is signed by a CA that is not in certificate-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is signed by a CA that is not in certificate-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'is signed by a CA that is not in certificate-authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another name (see tls-server-name)',
}

/** Names a socket, DNS or TLS error. */
export function networkFault(error: unknown, host: string): KubeFault {
  if (error instanceof KubeFault) return error
  const code = codeOf(error)
  const trust = NOT_TRUSTED[code]
  if (trust) return new KubeFault('unreachable', `The certificate of the API server ${host} ${trust} (${code})`)
  if (code === 'ECONNREFUSED') return new KubeFault('unreachable', `The API server ${host} refuses connections`)
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new KubeFault('unreachable', `The name of the API server ${host} does not resolve (${code})`)
  if (code === 'ETIMEDOUT') return new KubeFault('timeout', `The API server ${host} does not answer (${code})`)
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new KubeFault('unreachable', `The connection to the API server ${host} broke (${code})`)
  const message = error instanceof Error ? error.message : String(error)
  return new KubeFault('unreachable', sanitiseLine(`The API server ${host} cannot be reached: ${message}`))
}

/** Error code of a Node error; empty for anything else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
