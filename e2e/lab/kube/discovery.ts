import type { Resource } from './kinds'
import { type Attributes, allows } from './rbac'
import type { Store } from './store'
import type { LabIdentity, LabRule } from './types'

/** Answers of paths that are no resources; null when there is none. */
export function discovery(store: Store, path: string, version: string): object | string | null {
  const at = path.replace(/\/+$/, '')
  if (at === '/version') {
    const [, major = '1', minor = '36'] = /^v(\d+)\.(\d+)/.exec(version) ?? []
    return { major, minor, gitVersion: version, goVersion: 'go1.26.8', compiler: 'gc', platform: 'linux/amd64' }
  }
  if (at === '/healthz' || at === '/livez' || at === '/readyz') return 'ok'
  if (at === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  const resources = store.resources()
  if (at === '/api/v1')
    return resourceList(
      'v1',
      resources.filter(({ group }) => group === ''),
    )
  const groups = [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '')
  if (at === '/apis')
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [...groups, ...REVIEW_GROUPS].map((group) => groupOf(resources, group)),
    }
  const [, group = '', groupVersion] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(at) ?? []
  if (!groups.includes(group) && !REVIEW_GROUPS.includes(group)) return null
  if (groupVersion === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(resources, group) }
  const served = resources.filter((resource) => resource.group === group && resource.versions.includes(groupVersion))
  return served.length > 0 || REVIEW_GROUPS.includes(group) ? resourceList(`${group}/${groupVersion}`, served) : null
}

const REVIEW_GROUPS = ['authentication.k8s.io', 'authorization.k8s.io']

function groupOf(resources: readonly Resource[], group: string) {
  const versions = [
    ...new Set(resources.filter((resource) => resource.group === group).flatMap(({ versions: each }) => each)),
  ]
  const named = (versions.length > 0 ? versions : ['v1']).map((version) => ({
    groupVersion: `${group}/${version}`,
    version,
  }))
  return { name: group, versions: named, preferredVersion: named[0] }
}

function resourceList(groupVersion: string, resources: readonly Resource[]): object {
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.map(({ plural, kind, namespaced }) => ({
      name: plural,
      singularName: kind.toLowerCase(),
      namespaced,
      kind,
      verbs,
    })),
  }
}

/** Answers a SelfSubject…Review. */
export function review(identity: LabIdentity, plural: string, body: { spec?: unknown }): object | null {
  const spec = isRecord(body.spec) ? body.spec : {}
  if (plural === 'selfsubjectreviews') {
    const userInfo = { username: identity.user, groups: [...(identity.groups ?? []), 'system:authenticated'] }
    return { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, status: { userInfo } }
  }
  if (plural === 'selfsubjectaccessreviews') {
    const status = { allowed: allows(identity, wanted(spec.resourceAttributes)) }
    return { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec, status }
  }
  if (plural !== 'selfsubjectrulesreviews') return null
  const namespace = typeof spec.namespace === 'string' ? spec.namespace : ''
  const applies = (rule: LabRule) => rule.namespace === undefined || rule.namespace === namespace
  const resourceRules = [
    {
      verbs: ['create'],
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
    { verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    ...identity.rules.filter(applies).map(({ namespace: _namespace, ...rule }) => rule),
  ]
  const nonResourceRules = [
    { verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] },
  ]
  return {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: {},
    spec: {},
    status: { resourceRules, nonResourceRules, incomplete: false },
  }
}

function wanted(attributes: unknown): Attributes {
  const text = (key: string) => {
    const value = isRecord(attributes) ? attributes[key] : undefined
    return typeof value === 'string' ? value : ''
  }
  const subresource = text('subresource')
  return {
    verb: text('verb'),
    group: text('group'),
    resource: subresource === '' ? text('resource') : `${text('resource')}/${subresource}`,
    namespace: text('namespace'),
    name: text('name'),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
