import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { loadConfig } from '@/lib/agent/config'
import { AgentUnreachable, type SocketClientOptions } from '@/lib/contract/socket-client'

/** Options of every command that asks the agent. */
export const CLIENT_OPTIONS = {
  config: { type: 'string' },
  socket: { type: 'string' },
  'token-file': { type: 'string' },
} as const

export interface ClientFlags {
  config?: string | undefined
  socket?: string | undefined
  'token-file'?: string | undefined
}

/**
 * Finds the agent: `--socket`, `CAIRN_SOCKET`, else beside the configured store; its token from `--token-file`, `CAIRN_TOKEN_FILE`,
 * else the file the agent wrote for this user.
 * @throws AgentUnreachable when the token cannot be read
 */
export function findAgent(
  flags: ClientFlags,
  env: Readonly<Record<string, string | undefined>> = process.env,
): SocketClientOptions {
  const socketPath = resolve(
    flags.socket ?? env.CAIRN_SOCKET ?? join(loadConfig(flags.config, env).store.path, 'agent.sock'),
  )
  const tokenFile = flags['token-file'] ?? env.CAIRN_TOKEN_FILE ?? join(dirname(socketPath), 'cli.token')
  try {
    return { socketPath, token: readFileSync(tokenFile, 'utf8').trim(), timeoutMs: 60_000 }
  } catch {
    throw new AgentUnreachable(
      `no agent has written ${tokenFile}: start one with "cairn up" or "cairn agent", or name its token with --token-file`,
    )
  }
}
