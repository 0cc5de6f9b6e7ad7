import type { DoctorItem } from '@/lib/contract/api'
import { type EffectiveConfig, isLoopback } from './config'

/** What the doctor page says of login, audit and configuration. */
export function securityItems(config: EffectiveConfig, configProblem: string | null, auditPath: string): DoctorItem[] {
  const outside = !isLoopback(config.listen.host)
  const tls = config.listen.publicOrigin?.startsWith('https:') ?? false
  const expiring = config.login.tokens.filter((token) => token.expiresAt === undefined).map((token) => token.name)
  const items: DoctorItem[] = [
    {
      id: 'login',
      group: 'security',
      title: 'Login',
      state: outside && !tls ? 'warn' : 'ok',
      text:
        config.login.mode === 'launch-token'
          ? 'One link, printed at start, works once; only this machine can connect.'
          : outside && !tls
            ? `${config.login.tokens.length} tokens. Tokens and sessions travel unencrypted: listen.publicOrigin is not https.`
            : `${config.login.tokens.length} tokens.`,
      ...(outside && !tls ? { remedy: 'listen:\n  publicOrigin: https://cairn.example.net' } : {}),
    },
    {
      id: 'audit',
      group: 'security',
      title: 'Audit log',
      state: 'ok',
      text: `Hash-chained, written before every action: ${auditPath}`,
      remedy: 'cairn doctor --audit',
    },
  ]
  if (expiring.length > 0) {
    items.push({
      id: 'token-expiry',
      group: 'security',
      title: 'Tokens expire',
      state: 'warn',
      text: `These tokens never expire: ${expiring.join(', ')}.`,
    })
  }
  if (configProblem !== null) {
    items.push({
      id: 'config',
      group: 'security',
      title: 'Configuration file',
      state: 'fail',
      text: `${configProblem}. The values from the start stay in use.`,
    })
  }
  return items
}
