import { statSync } from 'node:fs'
import { ConfigError, type EffectiveConfig, loadConfig } from './config'
import type { Log } from './log'

/** The `login` section as the file says it now; the rest of the configuration is read at start only. */
export interface LoginReload {
  current(): EffectiveConfig['login']
  /** Why the file cannot be used now; null when it can (F-60: the old values stay). */
  problem(): string | null
  /** Looks at the file; called every few seconds. */
  check(): void
}

/** Watches the configuration file's login section, so that tokens can be added and revoked without a restart. */
export function watchLogin(config: EffectiveConfig, log: Log): LoginReload {
  let current = config.login
  let problem: string | null = null
  let seen = stampOf(config.file)
  return {
    current: () => current,
    problem: () => problem,
    check: () => {
      const stamp = stampOf(config.file)
      if (config.file === null || stamp === seen) return
      seen = stamp
      try {
        const next = loadConfig(config.file, {}).login
        // How people sign in is bound to the address listened on: changing it needs a restart.
        if (next.mode === current.mode) current = next
        problem = next.mode === current.mode ? null : 'login.mode changed: restart Cairn for it'
        log.info({ tokens: next.tokens.length }, 'login section read again')
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        problem = error.message
        log.error({ err: error }, 'the configuration file is broken: the old one stays')
      }
    },
  }
}

function stampOf(file: string | null): string {
  if (file === null) return ''
  try {
    const { mtimeMs, size, ino } = statSync(file)
    return `${mtimeMs} ${size} ${ino}`
  } catch {
    return 'gone'
  }
}
