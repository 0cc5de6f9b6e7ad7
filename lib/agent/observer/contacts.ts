import type { NodeTarget } from '@/collectors/transport/types'
import type { Audit } from '@/lib/agent/audit'
import type { Clock } from '@/lib/agent/ports'

/**
 * Writes into the audit log which nodes are connected to (SEC-30): one line for each node, address and day, before the first connection.
 * Connections are kept open between passes, so a line for each of them would say no more and cost an fsync every few minutes and node.
 * A log that cannot be written stops nobody from looking (nothing is changed on a node); the doctor shows the store's trouble.
 */
export function contactLog(
  audit: Pick<Audit, 'record'>,
  clock: Clock,
  onError: (error: unknown) => void,
): (target: NodeTarget) => void {
  let day = ''
  const told = new Set<string>()
  return ({ node, address, port, user, jump }) => {
    const today = clock.now().toISOString().slice(0, 10)
    if (today !== day) told.clear()
    day = today
    const via = jump ? ` via ${jump.user}@${jump.address}:${jump.port}` : ''
    const target = `${node} ${user}@${address}:${port}${via}`
    if (told.has(target)) return
    try {
      audit.record({
        actor: 'cairn',
        authMode: 'scheduler',
        role: 'reader',
        action: 'ssh.connect',
        target,
        outcome: 'started',
        level: 1,
      })
      told.add(target)
    } catch (error) {
      onError(error)
    }
  }
}
