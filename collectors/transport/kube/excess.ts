import type { ExcessRight } from './types'

/** A rule of a SelfSubjectRulesReview. */
export interface PolicyRule {
  verbs: readonly string[]
  groups: readonly string[]
  resources: readonly string[]
}

/** Things a reader must never be able to do (SEC-46 and the end of §1.6); `verbs` null: any verb. */
const FORBIDDEN: readonly { what: string; group: string; resource: string; verbs: readonly string[] | null }[] = [
  { what: 'read or change secrets', group: '', resource: 'secrets', verbs: null },
  { what: 'run commands in pods', group: '', resource: 'pods/exec', verbs: null },
  { what: 'attach to pods', group: '', resource: 'pods/attach', verbs: null },
  { what: 'forward ports of pods', group: '', resource: 'pods/portforward', verbs: null },
  { what: 'reach pods through the proxy', group: '', resource: 'pods/proxy', verbs: null },
  { what: 'add debug containers to pods', group: '', resource: 'pods/ephemeralcontainers', verbs: null },
  { what: 'reach kubelets through the proxy', group: '', resource: 'nodes/proxy', verbs: null },
  { what: 'read logs of nodes', group: '', resource: 'nodes/log', verbs: null },
  { what: 'make tokens of service accounts', group: '', resource: 'serviceaccounts/token', verbs: null },
  { what: 'act as somebody else', group: '', resource: 'users', verbs: ['impersonate'] },
  { what: 'act as somebody else', group: '', resource: 'groups', verbs: ['impersonate'] },
  { what: 'act as somebody else', group: '', resource: 'serviceaccounts', verbs: ['impersonate'] },
  {
    what: 'give itself more rights',
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterroles',
    verbs: ['bind', 'escalate'],
  },
  {
    what: 'give itself more rights',
    group: 'rbac.authorization.k8s.io',
    resource: 'roles',
    verbs: ['bind', 'escalate'],
  },
]

const READ_VERBS = new Set(['get', 'list', 'watch'])
/** What every identity may create: questions about itself. */
const HARMLESS = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews'])

/** Cluster-wide power asked for directly, because an authoriser may not list its rules. */
export const PROBES: readonly { what: string; verb: string; group: string; resource: string }[] = [
  { what: 'do everything (*)', verb: '*', group: '*', resource: '*' },
  { what: 'read or change secrets', verb: 'list', group: '', resource: 'secrets' },
  { what: 'run commands in pods', verb: 'create', group: '', resource: 'pods/exec' },
  { what: 'reach kubelets through the proxy', verb: 'get', group: '', resource: 'nodes/proxy' },
  { what: 'act as somebody else', verb: 'impersonate', group: '', resource: 'users' },
  { what: 'give itself more rights', verb: 'escalate', group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
  { what: 'change nodes', verb: 'patch', group: '', resource: 'nodes' },
]

/** What a rule allows beyond reading. Writes are excess too: the reader identity has none (runs have an identity of their own). */
export function excessOf(rule: PolicyRule, namespace: string): ExcessRight[] {
  const found = (what: string): ExcessRight => ({
    what,
    verbs: rule.verbs,
    groups: rule.groups,
    resources: rule.resources,
    namespace,
  })
  if (rule.verbs.includes('*') && rule.resources.includes('*')) return [found('do everything (*)')]
  const excess = new Map<string, ExcessRight>()
  for (const { what, group, resource, verbs } of FORBIDDEN) {
    if (
      covers(rule.groups, group) &&
      coversResource(rule.resources, resource) &&
      (verbs === null || verbs.some((verb) => covers(rule.verbs, verb)))
    )
      excess.set(what, found(what))
  }
  if (
    rule.verbs.includes('*') ||
    rule.resources.some((resource) => resource.includes('*')) ||
    rule.groups.includes('*')
  ) {
    excess.set('wildcard', found(`use wildcards: ${rule.verbs.join(',')} on ${rule.resources.join(',')}`))
  }
  const writes = rule.verbs.filter((verb) => !READ_VERBS.has(verb) && verb !== '*')
  const written = rule.resources.filter((resource) => !HARMLESS.has(resource))
  if (excess.size === 0 && writes.length > 0 && written.length > 0) {
    const what = `${writes.join(', ')} ${written.join(', ')}`
    excess.set(what, found(what))
  }
  return [...excess.values()]
}

function covers(have: readonly string[], want: string): boolean {
  return have.includes('*') || have.includes(want)
}

function coversResource(have: readonly string[], want: string): boolean {
  const [, subresource] = want.split('/')
  return have.includes('*') || have.includes(want) || (subresource !== undefined && have.includes(`*/${subresource}`))
}
