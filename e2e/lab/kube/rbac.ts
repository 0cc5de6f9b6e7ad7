import { parseAllDocuments } from 'yaml'
import { ApiError, failure } from './status'
import type { LabIdentity, LabRule } from './types'

/** What a request wants to do. */
export interface Attributes {
  verb: string
  group: string
  /** Plural; with the subresource: `pods/log`. */
  resource: string
  namespace: string
  name: string
}

export const ANONYMOUS: LabIdentity = { user: 'system:anonymous', groups: ['system:unauthenticated'], rules: [] }

const REVIEWS = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews'])

/** RBAC as the real one decides: any rule that matches verb, group, resource, name and namespace allows. */
export function allows(identity: LabIdentity, wanted: Attributes): boolean {
  if (REVIEWS.has(wanted.resource) && wanted.verb === 'create') return identity !== ANONYMOUS
  return identity.rules.some((rule) => ruleAllows(rule, wanted))
}

function ruleAllows(rule: LabRule, { verb, group, resource, namespace, name }: Attributes): boolean {
  const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value)
  const subresource = resource.split('/')[1]
  const named = rule.resourceNames === undefined || rule.resourceNames.length === 0 || rule.resourceNames.includes(name)
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    (has(rule.resources, resource) || (subresource !== undefined && rule.resources.includes(`*/${subresource}`))) &&
    named &&
    (rule.namespace === undefined || rule.namespace === namespace)
  )
}

/** The real server's 403. */
export function forbidden(identity: LabIdentity, { verb, group, resource, namespace, name }: Attributes): ApiError {
  const [plural = ''] = resource.split('/')
  const subject = group === '' ? plural : `${plural}.${group}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const message = `${subject}${name === '' ? '' : ` "${name}"`} is forbidden: User "${identity.user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`
  return new ApiError(
    failure(403, 'Forbidden', message, { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural }),
  )
}

/** Rules of the ClusterRoles and Roles in a manifest; bindings are taken as made. */
export function rulesOf(manifest: string): LabRule[] {
  return parseAllDocuments(manifest).flatMap((document) => {
    const value: unknown = document.toJS()
    if (!isRole(value)) return []
    const { namespace } = value.metadata
    return (value.rules ?? []).map((rule) => ({
      apiGroups: rule.apiGroups ?? [],
      resources: rule.resources ?? [],
      verbs: rule.verbs ?? [],
      ...(rule.resourceNames ? { resourceNames: rule.resourceNames } : {}),
      ...(value.kind === 'Role' && namespace !== undefined ? { namespace } : {}),
    }))
  })
}

interface Role {
  kind: 'Role' | 'ClusterRole'
  metadata: { namespace?: string }
  rules?: { apiGroups?: string[]; resources?: string[]; verbs?: string[]; resourceNames?: string[] }[]
}

function isRole(value: unknown): value is Role {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    (value.kind === 'Role' || value.kind === 'ClusterRole')
  )
}
