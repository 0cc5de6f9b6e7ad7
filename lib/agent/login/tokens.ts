import type { EffectiveConfig } from '@/lib/agent/config'
import type { Actor, Clock } from '@/lib/agent/ports'
import { randomBase62, sameDigest, sha256 } from './secret'

/** Who a token belongs to. */
export interface TokenOwner extends Actor {
  mode: 'launch-token' | 'tokens'
  tokenHash: string
}

export interface Tokens {
  /** The owner of a token sent with every request (`Authorization: Bearer`); null when it is not valid. */
  bearer(token: string): TokenOwner | null
  /** The owner of a token given at login; a launch token is spent by this. */
  exchange(token: string): TokenOwner | null
  /** The account a login attempt counts against: a configured name, `launch` or `unknown`. Never anything from the request as it is. */
  account(token: string): string
  /** False when a session's token was taken out of the configuration or has expired. */
  stillValid(tokenHash: string | null): boolean
  /** Makes a new launch token; the one before stops working. Null in tokens mode. */
  newLaunchToken(): string | null
}

/**
 * Tokens of the configuration, the launch token, and the token of this machine's command line (a file only this user can read).
 * `login` is asked every time, so that a token taken out of the file stops working (SEC-03). Only digests are compared, in constant time, and every one is compared.
 */
export function tokensOf(login: () => EffectiveConfig['login'], clock: Clock, localToken: string | null): Tokens {
  let launchHash: string | null = null
  const local: TokenOwner | null =
    localToken === null ? null : { user: 'local', role: 'admin', mode: login().mode, tokenHash: sha256(localToken) }

  const configured = (hash: string): TokenOwner | null => {
    let found: TokenOwner | null = null
    for (const token of login().tokens) {
      const expired = token.expiresAt !== undefined && Date.parse(token.expiresAt) <= clock.now().getTime()
      if (sameDigest(token.sha256, hash) && !expired) {
        found = { user: token.name, role: token.role, mode: 'tokens', tokenHash: hash }
      }
    }
    return found
  }
  const bearer = (token: string): TokenOwner | null => {
    const hash = sha256(token)
    const named = configured(hash)
    return local !== null && sameDigest(local.tokenHash, hash) ? local : named
  }

  return {
    bearer,
    exchange: (token) => {
      const hash = sha256(token)
      if (launchHash !== null && sameDigest(launchHash, hash)) {
        launchHash = null
        return { user: 'local', role: 'admin', mode: 'launch-token', tokenHash: hash }
      }
      return configured(hash)
    },
    account: (token) => {
      if (login().mode === 'launch-token') return 'launch'
      const prefix = token.split('.', 1)[0] ?? ''
      return login().tokens.some((one) => one.name === prefix) ? prefix : 'unknown'
    },
    stillValid: (tokenHash) =>
      tokenHash === null ||
      login().mode === 'launch-token' ||
      configured(tokenHash) !== null ||
      (local !== null && sameDigest(local.tokenHash, tokenHash)),
    newLaunchToken: () => {
      if (login().mode !== 'launch-token') return null
      const token = randomBase62(128)
      launchHash = sha256(token)
      return token
    },
  }
}
