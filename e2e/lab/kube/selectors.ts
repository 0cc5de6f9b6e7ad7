import type { KubeObject } from '@/lib/collector'
import { badRequest } from './status'

export type Matcher = (object: KubeObject) => boolean

const everything: Matcher = () => true

/** A label selector as in a URL: `a=b,c!=d,e in (f,g),h notin (i),j,!k`. */
export function labelMatcher(selector: string | null): Matcher {
  if (!selector) return everything
  const terms = splitTerms(selector).map(labelTerm)
  return (object) => terms.every((term) => term(object))
}

/** A field selector: `metadata.name=x,spec.nodeName!=y`. Only fields the real server knows for some kind. */
export function fieldMatcher(selector: string | null): Matcher {
  if (!selector) return everything
  const terms = selector.split(',').map((term): Matcher => {
    const parts = /^([A-Za-z.]+)(!=|==|=)(.*)$/.exec(term.trim())
    const [, path = '', operator, value = ''] = parts ?? []
    if (!parts || !FIELDS.test(path)) throw badRequest(`field label not supported: ${path || term}`)
    return (object) => (fieldOf(object, path) === value) === (operator !== '!=')
  })
  return (object) => terms.every((term) => term(object))
}

/** The name a field selector pins, for authorisation by resourceNames. */
export function pinnedName(selector: string | null): string {
  return (
    selector
      ?.split(',')
      .find((term) => /^metadata\.name==?[^=]/.test(term))
      ?.replace(/^metadata\.name==?/, '') ?? ''
  )
}

const FIELDS =
  /^(?:metadata\.(?:name|namespace)|spec\.(?:nodeName|unschedulable|schedulerName|restartPolicy|serviceAccountName)|status\.(?:phase|podIP|successful)|involvedObject\.(?:kind|name|namespace|uid|fieldPath)|reason|type|reportingComponent|source)$/

function fieldOf(object: KubeObject, path: string): string {
  let at: unknown = object
  for (const key of path.split('.')) at = isRecord(at) ? at[key] : undefined
  return at === undefined || at === null ? '' : String(at)
}

function splitTerms(selector: string): string[] {
  const terms: string[] = []
  let depth = 0
  let term = ''
  for (const letter of selector) {
    if (letter === '(') depth += 1
    if (letter === ')') depth -= 1
    if (letter === ',' && depth === 0) {
      terms.push(term)
      term = ''
    } else term += letter
  }
  return [...terms, term].map((each) => each.trim()).filter((each) => each !== '')
}

function labelTerm(term: string): Matcher {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term)
  if (set) {
    const [, key = '', operator, list = ''] = set
    const values = new Set(list.split(',').map((value) => value.trim()))
    return (object) => {
      const value = object.metadata.labels?.[key]
      return operator === 'in' ? value !== undefined && values.has(value) : value === undefined || !values.has(value)
    }
  }
  const pair = /^([^!=\s]+)\s*(!=|==|=)\s*(\S*)$/.exec(term)
  if (pair) {
    const [, key = '', operator, wanted = ''] = pair
    return (object) => (object.metadata.labels?.[key] === wanted) === (operator !== '!=')
  }
  const bare = /^(!?)([^!=\s]+)$/.exec(term)
  if (!bare) throw badRequest(`unable to parse requirement: ${term}`)
  const [, not, key = ''] = bare
  return (object) => (object.metadata.labels?.[key] !== undefined) === (not === '')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
