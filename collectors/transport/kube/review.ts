import { sanitiseLine } from '@/lib/sanitise'
import { excessOf, type PolicyRule, PROBES } from './excess'
import type { AccessReview, ExcessRight, KubeAnswer, MissingRight, WantedRight } from './types'
import { asList, asText, asTexts, dig } from './untyped'

type Post = (path: string, body: unknown) => Promise<KubeAnswer>

const AUTHORIZATION = '/apis/authorization.k8s.io/v1'
const AT_ONCE = 8

/**
 * Asks the API server what this credential may do: every wanted right by SelfSubjectAccessReview (exact, and it needs no rights),
 * what it may do beyond by SelfSubjectRulesReview per namespace and by a few probes for cluster-wide power (SEC-46).
 */
export async function reviewAccess(
  post: Post,
  wanted: readonly WantedRight[],
  namespaces: readonly string[],
  at: string,
): Promise<AccessReview> {
  const empty = { at, user: null, groups: [], missing: [], excess: [], incomplete: false }
  const self = await post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
  })
  if (self.httpStatus === 401 || self.httpStatus === null) return { ...empty, status: self.status, reason: self.reason }
  const asked = wanted.flatMap(({ group, resource, verbs, namespace, name }) =>
    verbs.map(
      (verb): MissingRight => ({ verb, group, resource, namespace: namespace ?? null, ...(name ? { name } : {}) }),
    ),
  )
  const answers = await inTurn(asked, (right) => allowed(post, right))
  const failed = answers.find((answer) => typeof answer !== 'boolean')
  if (failed !== undefined && typeof failed !== 'boolean')
    return { ...empty, status: failed.status, reason: failed.reason }
  const seen = await seenRules(post, namespaces)
  if ('status' in seen) return { ...empty, status: seen.status, reason: seen.reason }
  return {
    status: 'ok',
    at,
    user: textOf(dig(self.body, 'status', 'userInfo', 'username')),
    groups: asTexts(dig(self.body, 'status', 'userInfo', 'groups')).map((group) => sanitiseLine(group)),
    missing: asked.filter((_, index) => answers[index] === false),
    excess: unique([...seen.excess, ...(await probed(post))]),
    incomplete: seen.incomplete,
  }
}

async function allowed(post: Post, right: MissingRight): Promise<boolean | KubeAnswer> {
  const [resource, subresource] = right.resource.split('/')
  const answer = await post(`${AUTHORIZATION}/selfsubjectaccessreviews`, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: {
      resourceAttributes: {
        verb: right.verb,
        group: right.group,
        resource,
        subresource,
        namespace: right.namespace ?? '',
        name: right.name,
      },
    },
  })
  const verdict = dig(answer.body, 'status', 'allowed')
  return answer.status === 'ok' && typeof verdict === 'boolean' ? verdict : answer
}

async function probed(post: Post): Promise<ExcessRight[]> {
  const answers = await inTurn(PROBES, (probe) => allowed(post, { ...probe, namespace: null }))
  return PROBES.flatMap(({ what, verb, group, resource }, index) =>
    answers[index] === true ? [{ what, verbs: [verb], groups: [group], resources: [resource], namespace: null }] : [],
  )
}

async function seenRules(
  post: Post,
  namespaces: readonly string[],
): Promise<{ excess: ExcessRight[]; incomplete: boolean } | KubeAnswer> {
  const excess: ExcessRight[] = []
  let incomplete = false
  for (const namespace of namespaces) {
    const answer = await post(`${AUTHORIZATION}/selfsubjectrulesreviews`, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace },
    })
    if (answer.status !== 'ok') return answer
    incomplete ||= dig(answer.body, 'status', 'incomplete') === true
    for (const rule of asList(dig(answer.body, 'status', 'resourceRules')))
      excess.push(...excessOf(policyRule(rule), namespace))
  }
  return { excess, incomplete }
}

function policyRule(rule: unknown): PolicyRule {
  return {
    verbs: asTexts(dig(rule, 'verbs')),
    groups: asTexts(dig(rule, 'apiGroups')),
    resources: asTexts(dig(rule, 'resources')),
  }
}

/** A right seen in several namespaces, or by a probe as well, is one finding; cluster-wide says more than a namespace. */
function unique(excess: readonly ExcessRight[]): ExcessRight[] {
  const byWhat = new Map<string, ExcessRight>()
  for (const right of excess) {
    const known = byWhat.get(right.what)
    if (!known || (known.namespace !== null && right.namespace === null)) byWhat.set(right.what, right)
  }
  return [...byWhat.values()]
}

async function inTurn<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(ask))))
  return results
}

function textOf(value: unknown): string | null {
  const text = asText(value)
  return text === null ? null : sanitiseLine(text)
}
