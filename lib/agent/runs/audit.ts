import type { AgentContext } from '@/lib/agent/compose'
import type { RunRecordBody } from './record'

/** Who writes the lines of a run's own requests: the person who confirmed it, through the runner. */
const AUTH_MODE = 'run'

/**
 * Audit of a run's writes to Kubernetes. A create may not begin without its line. A delete may: leaving GPUs taken because the audit
 * disk is full would hurt more, and the agent's log says that the line is missing. The same line is not repeated by retries.
 */
export function auditOf(context: Pick<AgentContext, 'audit' | 'log'>, record: RunRecordBody) {
  const last = new Map<string, string>()
  return (
    action: 'kube.create' | 'kube.delete',
    target: string,
    outcome: 'started' | 'done' | 'refused' | 'failed',
  ): void => {
    const key = `${action} ${target} ${outcome === 'started' ? 'begin' : 'end'}`
    if (last.get(key) === outcome) return
    const where = `${target} in ${record.namespace} (run ${record.id})`
    const line = { actor: record.by, authMode: AUTH_MODE, role: 'operator', action, target: where, digest: record.hash }
    try {
      context.audit.record({ ...line, outcome, level: 4 })
      last.set(key, outcome)
    } catch (error) {
      if (action === 'kube.create') throw error
      context.log.error({ err: error, run: record.id, action, target: where }, 'audit line missing')
    }
  }
}
