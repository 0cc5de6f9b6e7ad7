import { type Fields, fields, items, textMap, word, words } from './fields'

/** One requirement on labels (In, NotIn, Exists, DoesNotExist, Gt, Lt) or on the node's name (`field`). */
export interface Requirement {
  key: string
  operator: string
  values: readonly string[]
  /** True for matchFields: only metadata.name exists. */
  field?: true
}

/** Requirements that must all hold. */
export type SelectorTerm = readonly Requirement[]

/** A metav1.LabelSelector (matchLabels, matchExpressions). */
export function labelSelector(raw: unknown): SelectorTerm {
  const selector = fields(raw)
  const labels = Object.entries(textMap(selector.matchLabels)).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }))
  return [...labels, ...items(selector.matchExpressions).flatMap(requirement)]
}

/** A corev1.NodeSelector: terms of which one must hold; null when none is set (every node). */
export function nodeSelector(raw: unknown): readonly SelectorTerm[] | null {
  const selector = fields(raw)
  if (!Array.isArray(selector.nodeSelectorTerms)) return null
  return items(selector.nodeSelectorTerms).map((term) => [
    ...items(term.matchExpressions).flatMap(requirement),
    ...items(term.matchFields).flatMap((each) => requirement(each).map((one) => ({ ...one, field: true as const }))),
  ])
}

function requirement(raw: Fields): Requirement[] {
  const [key, operator] = [word(raw.key), word(raw.operator)]
  return key === null || operator === null ? [] : [{ key, operator, values: words(raw.values) }]
}

/** What a selector is matched against. */
export interface Selectable {
  name: string
  labels: Readonly<Record<string, string>>
}

/** True when the node fulfils the selector; null selects every node, an empty list of terms none (Kubernetes API). */
export function selects(terms: readonly SelectorTerm[] | null, node: Selectable): boolean {
  return terms === null || terms.some((term) => term.length > 0 && fulfils(term, node))
}

/** True when the node fulfils all requirements; an empty term is fulfilled by all. */
export function fulfils(term: SelectorTerm, node: Selectable): boolean {
  return term.every((requirement) => holds(requirement, node))
}

/** True when the node carries all these labels with these values (SriovNetworkNodePolicy.nodeSelector, pod nodeSelector). */
export function hasLabels(wanted: Readonly<Record<string, string>>, node: Selectable): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(node.labels, key) && node.labels[key] === value)
}

function holds({ key, operator, values, field }: Requirement, node: Selectable): boolean {
  const value = field
    ? key === 'metadata.name'
      ? node.name
      : undefined
    : Object.hasOwn(node.labels, key)
      ? node.labels[key]
      : undefined
  if (operator === 'Exists') return value !== undefined
  if (operator === 'DoesNotExist') return value === undefined
  if (operator === 'NotIn') return value === undefined || !values.includes(value)
  if (value === undefined) return false
  if (operator === 'In') return values.includes(value)
  const [left, right] = [Number(value), Number(values[0])]
  return operator === 'Gt' ? left > right : operator === 'Lt' ? left < right : false
}
