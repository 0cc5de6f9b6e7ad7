import type { RunSearch } from '@/lib/contract/runs'
import { gbps } from '@/lib/rules/nccl-run'
import type { Book, Group } from './book'
import type { Suspicion } from './findings'
import type { Conclusion } from './next-step'
import { badRails, splitsOf } from './rails'
import type { SearchState } from './state'

export type Suspect = RunSearch['suspects'][number]

/** How a search ended. */
export interface SearchVerdict {
  /** `path`: slow only with each other. `together`: slow only as a whole. `all-slow`: no node stands out. */
  kind: 'suspects' | 'path' | 'together' | 'all-slow' | 'not-reproducible' | 'undecided'
  verdict: 'pass' | 'warn' | 'fail' | 'unknown'
  /** One or two sentences with the evidence. */
  sentence: string
  suspects: readonly Suspect[]
}

/** Words what was found: named suspects with their evidence, or that it does not happen any more, or why nothing can be said. */
export function conclude(state: SearchState, conclusion: Conclusion): SearchVerdict {
  const found = decide(state, conclusion)
  const silent = [
    ...state.leftOut,
    ...conclusion.findings.untested.map((node) => ({ node, why: whyVoid(state, node) })),
  ]
  const notes = [
    ...(silent.length > 0 ? [`Left out: ${silent.map(({ node, why }) => `${node} (${why})`).join(', ')}`] : []),
    ...(conclusion.stopped === null ? [] : [`Stopped early: ${conclusion.stopped}`]),
  ]
  return { ...found, sentence: [found.sentence, ...notes].map((each) => `${each.replace(/\.$/, '')}.`).join(' ') }
}

/** Suspects as far as the results go; also while the search goes on. */
export function suspectsOf(state: SearchState, { book, findings }: Pick<Conclusion, 'book' | 'findings'>): Suspect[] {
  const splits = splitsOf(findings)
  const named = findings.suspects.map((suspicion): Suspect => {
    const split = splits.find((each) => each.about === suspicion.node)
    const rails = split ? badRails(state, book, split.nodes) : []
    return {
      node: suspicion.node,
      rail: onlyRail(rails),
      strength: suspicion.strength,
      evidence: [
        ...suspicion.bad.map((group) => againstWords(suspicion.node, group)),
        ...togetherWords(book, suspicion),
        ...(split ? railWords(state, book, split.nodes) : []),
      ],
    }
  })
  const ends = splits
    .filter((split) => split.about === null)
    .flatMap(({ nodes }): Suspect[] => {
      const rails = badRails(state, book, nodes)
      const isPath = findings.paths.some((path) => path.nodes === nodes)
      if (!isPath && rails.length === 0) return []
      return nodes.map((node) => ({
        node,
        rail: onlyRail(rails),
        strength: 'likely',
        evidence: [
          `${reached(book.find(nodes))} with ${nodes.filter((other) => other !== node).join(', ')}${isPath ? ', and good with others' : ''}: which of the two ends it is, is not known`,
          ...railWords(state, book, nodes),
        ],
      }))
    })
  return [...named, ...ends].sort((a, b) => Number(b.strength === 'proved') - Number(a.strength === 'proved'))
}

function decide(state: SearchState, conclusion: Conclusion): SearchVerdict {
  const { book, findings, sets } = conclusion
  const suspects = suspectsOf(state, conclusion)
  if (findings.suspects.length > 0) {
    const isProved = findings.suspects.some((each) => each.strength === 'proved')
    const words = findings.suspects.map((suspicion) =>
      suspectWords(
        book,
        suspicion,
        suspects.find((each) => each.node === suspicion.node),
      ),
    )
    return { kind: 'suspects', verdict: isProved ? 'fail' : 'warn', sentence: words.join('; '), suspects }
  }
  const [path] = findings.paths
  if (path) {
    const words = findings.paths.map(
      (each) =>
        `${each.nodes.join(' and ')} are slow only with each other: ${reached(each)}${usualWords(each)}, and each is good with others; look at the path between them`,
    )
    return { kind: 'path', verdict: 'fail', sentence: words.join('; '), suspects }
  }
  if (findings.bad.length > 0) return allBad(findings.bad, findings.pairs, suspects)
  const { whole, smallest } = sets
  const done = findings.pairs.filter((group) => group.status === 'good')
  if (smallest)
    return {
      kind: 'together',
      verdict: 'fail',
      sentence: `No node is bad by itself or in a pair, but ${smallest.nodes.length} together are: ${smallest.nodes.join(', ')} ${reached(smallest)}${usualWords(smallest)}. That is a fault that shows under load: congestion, or what lies between the halves`,
      suspects: [],
    }
  if (book.isFlat)
    return {
      kind: 'all-slow',
      verdict: 'fail',
      sentence: `No node stands out: ${done.length} pairs reach about ${gbps(done[0]?.usualGBps ?? 0)}, all below the ${gbps(state.floors.pair ?? 0)} that this hardware reaches at least. Look at what all nodes share`,
      suspects: [],
    }
  const [only] = done
  if (whole?.status === 'good' || (findings.pool.length === 2 && only))
    return {
      kind: 'not-reproducible',
      verdict: silentNodes(conclusion, state) ? 'unknown' : 'pass',
      sentence: `Not reproducible: ${tries(whole ?? only)}${whole ? `, and ${done.length} pairs are good` : ''}`,
      suspects: [],
    }
  return { kind: 'undecided', verdict: 'unknown', sentence: undecidedWords(conclusion, done.length), suspects }
}

function allBad(bad: readonly string[], pairs: readonly Group[], suspects: readonly Suspect[]): SearchVerdict {
  const said = pairs
    .filter((group) => group.status === 'bad')
    .map((group) => `${group.nodes.join(' + ')} ${reached(group)}`)
  const isPair = bad.length === 2 && pairs.length === 1
  const sentence = isPair
    ? `${bad.join(' and ')} are bad together (${said.join(', ')}) and not by themselves; a third node that is good would tell which of them it is`
    : `No partner is known to be good, so nobody can be named: ${said.slice(0, 6).join(', ')}`
  const rails = suspects.flatMap((each) => (each.rail === null ? [] : [each.rail]))
  const named = isPair && rails[0] !== undefined ? `; between them it is rail ${rails[0]}` : ''
  return {
    kind: isPair ? 'undecided' : 'all-slow',
    verdict: isPair ? 'warn' : 'fail',
    sentence: sentence + named,
    suspects,
  }
}

function undecidedWords({ findings, stopped }: Conclusion, good: number): string {
  if (findings.pool.length < 2) return 'Undecided: fewer than two nodes can be tested'
  if (stopped !== null)
    return good > 0 ? `Undecided: ${good} pairs are good so far, and not every question was asked` : 'Undecided'
  return findings.pool.length === 2
    ? 'Undecided: nothing is known to compare two nodes with; choose a third'
    : 'Undecided: too few runs said anything'
}

/** `dgx031 is bad: 402 GB/s with dgx030 and 398 GB/s with dgx032, while they reach 689 GB/s together`. */
function suspectWords(book: Book, suspicion: Suspicion, suspect: Suspect | undefined): string {
  const { node, strength, isAlone, bad } = suspicion
  const head = `${node} is ${strength === 'proved' ? 'bad' : 'likely bad'}`
  const rail = suspect?.rail ? `; it is rail ${suspect.rail}` : ''
  if (isAlone) return `${head} by itself: ${bad.map((group) => reached(group) + usualWords(group)).join(', ')}`
  const values = bad.map((group) => `${reached(group)} with ${partnersOf(node, group)}`)
  const [together] = togetherWords(book, suspicion)
  const last = together ? `, while ${together}` : bad[0] ? usualWords(bad[0]) : ''
  return `${head}: ${listed(values)}${last}${rail}`
}

/** What the partners reach without the suspect. */
function togetherWords(book: Book, { node, bad }: Suspicion): string[] {
  const partners = [...new Set(bad.flatMap((group) => group.nodes.filter((other) => other !== node)))]
  const [one, other] = partners
  const both = one !== undefined && other !== undefined ? book.find([one, other]) : undefined
  if (both?.status === 'good' && both.busbwGBps !== null) return [`they reach ${gbps(both.busbwGBps)} together`]
  const without = partners.flatMap((partner) =>
    book.groups
      .filter((group) => group.status === 'good' && group.nodes.length === 2 && group.rail === null)
      .filter((group) => group.nodes.includes(partner) && group.busbwGBps !== null)
      .slice(0, 1)
      .map((group) => `${partner} reaches ${gbps(group.busbwGBps ?? 0)} with ${partnersOf(partner, group)}`),
  )
  return without.length > 0 ? [listed(without)] : []
}

function againstWords(node: string, group: Group): string {
  const runs = `${group.runs.length} ${group.runs.length === 1 ? 'run' : 'runs'}`
  const where = group.nodes.length === 1 ? 'alone' : `with ${partnersOf(node, group)}`
  return `${reached(group)} ${where}${usualWords(group)} (${runs})`
}

function railWords(state: SearchState, book: Book, nodes: readonly string[]): string[] {
  const bad = badRails(state, book, nodes)
  if (bad.length > 0) return bad.map((group) => `rail ${group.rail} alone: ${reached(group)}${usualWords(group)}`)
  const good = state.rails.filter((rail) => book.find(nodes, rail)?.status === 'good')
  return good.length === state.rails.length && good.length > 1 ? [`each of its ${good.length} rails alone is good`] : []
}

function onlyRail(rails: readonly Group[]): string | null {
  return rails.length === 1 ? (rails[0]?.rail ?? null) : null
}

function partnersOf(node: string, { nodes }: Group): string {
  return nodes.filter((other) => other !== node).join(', ')
}

/** Why it failed, or what it reached. */
function reached(group: Group | undefined): string {
  if (!group) return 'nothing'
  const failed = group.runs.filter((run) => run.outcome === 'failed')
  if (group.busbwGBps === null || failed.length > 1) return `failed${failed[0]?.why ? ` (${failed[0].why})` : ''}`
  return gbps(group.busbwGBps)
}

function usualWords({ usualGBps, nodes, rail }: Group): string {
  if (usualGBps === null) return ''
  return `, ${rail !== null ? 'its siblings' : nodes.length === 1 ? 'the others' : 'like pairs'} ${gbps(usualGBps)}`
}

function tries(group: Group | undefined): string {
  if (!group) return 'everything asked is good'
  const good = group.runs.filter((run) => run.outcome === 'measured').length
  const who = group.nodes.length > 3 ? `all ${group.nodes.length} nodes` : group.nodes.join(', ')
  return `${who} reach ${gbps(group.busbwGBps ?? 0)} together in ${good} of ${group.runs.length} tries`
}

function silentNodes({ findings }: Conclusion, state: SearchState): boolean {
  return state.leftOut.length + findings.untested.length > 0
}

function whyVoid(state: SearchState, node: string): string {
  const last = state.runs.findLast((run) => run.nodes.length === 1 && run.nodes[0] === node)
  return last?.why ?? 'its runs say nothing'
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
