import type { ExplainResponse } from '@/lib/contract/api'
import type { FrozenTable, SnapshotContent } from '@/lib/contract/snapshots'
import { type Answer, answerOf, answerTogether, type CaptureData, worstFirst } from '@/lib/explain/answer'
import { levelInfo } from '@/lib/levels'
import { redactData } from '@/lib/redact-data'
import { allowListed, empty, type Frozen, frozenStep } from './allow-list'
import { NOTHING_OWN, type Own } from './never'

const MAX_VERDICTS = 60
const MAX_CAPTURES = 50
const MAX_SYSTEMS = 100
const MAX_CAUSES = 10
/** Name the page gives to text that came from no file. */
const PASTED = 'pasted text'
/** Lines before and after the deciding one (UX-56: 15 in all). */
const AROUND = 7
const MAX_LINE = 300

/** Freezes what pasted captures say: the answer with its line, causes and fix, verdicts and systems; not the captures. */
export function freezeExplained(shown: ExplainResponse, takenAt: string, own: Own = NOTHING_OWN): Frozen {
  const { together, kinds } = shown
  const captures = shown.captures
  const [only] = captures
  const answer = together ? answerTogether(together, captures) : only ? answerOf(only) : NOTHING
  const [system] = together?.reports.length === 1 ? together.reports : []
  const titles = new Map(kinds.map(({ kind, title }) => [kind, title]))
  return allowListed(
    {
      ...empty('explain', explainedTitle(shown), takenAt),
      state: answer.state,
      headline: redactData(answer.text),
      levels: (system?.levels ?? []).filter(({ number }) => number > 0).map(pickLevel),
      causes: causesOf(together, only, answer),
      checks: captures.flatMap((capture) => verdictsOf(capture, captures.length > 1)).slice(0, MAX_VERDICTS),
      excerpt: excerptOf(answer, captures),
      tables: together && together.reports.length > 1 ? [systemsOf(together)] : [],
      facts: captures.slice(0, MAX_CAPTURES).map((capture) => ({
        label: capture.file,
        value: capture.kind === null ? 'not recognised' : (titles.get(capture.kind) ?? capture.kind),
        state: capture.status === 'ok' ? answerOf(capture).state : 'unknown',
      })),
    },
    [
      'The captures themselves, but for the lines that decided',
      'The facts read from them',
      ...(captures.length > MAX_CAPTURES ? [`The names of ${captures.length - MAX_CAPTURES} captures`] : []),
    ],
    own,
  )
}

/** What a copy of an explanation is called: the only capture, or how many there are. */
function explainedTitle({ captures, kinds }: ExplainResponse): string {
  const [only] = captures
  if (captures.length !== 1 || !only) return `${captures.length} captures explained`
  const title = kinds.find(({ kind }) => kind === only.kind)?.title
  if (title === undefined) return only.file
  return only.file === PASTED ? title : `${only.file}: ${title}`
}

/** Objects that carry the name of a machine. */
const OF_MACHINES = new Set(['Node', 'SriovNetworkNodeState'])

/** Machines that the captures name, for the masker: systems judged, hosts of a log, nodes among objects. */
export function machinesIn({ captures, together }: ExplainResponse): readonly string[] {
  const named = captures.flatMap(({ facts }) => [
    ...rowsOf(facts.hosts),
    ...rowsOf(facts.objects).filter(({ kind }) => typeof kind === 'string' && OF_MACHINES.has(kind)),
  ])
  const names = named.flatMap(({ name }) => (typeof name === 'string' && name !== '' ? [name] : []))
  return [...new Set([...(together?.reports ?? []).map(({ node }) => node), ...names])]
}

function rowsOf(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((row) => typeof row === 'object' && row !== null) : []
}

const NOTHING: Answer = { state: 'unknown', text: 'Nothing was pasted', line: null, fix: [] }

function pickLevel({ number, title, shown, line }: SnapshotContent['levels'][number]) {
  return { number, title, shown, line }
}

function causesOf(
  together: ExplainResponse['together'],
  only: CaptureData | undefined,
  answer: Answer,
): SnapshotContent['causes'] {
  const found = together ? together.causes : []
  if (found.length > 0)
    return redactData(found.slice(0, MAX_CAUSES)).map(({ title, summary, fix }) => ({
      title,
      summary,
      fix: fix.map(frozenStep),
    }))
  const fix = redactData(answer.fix).map(frozenStep)
  const [first, ...rest] = redactData(only?.causes ?? []).slice(0, MAX_CAUSES)
  if (!first) return fix.length > 0 ? [{ title: 'What to do', summary: answer.text, fix }] : []
  return [first, ...rest].map(({ id, summary }, index) => ({ title: id, summary, fix: index === 0 ? fix : [] }))
}

function verdictsOf(capture: CaptureData, several: boolean): SnapshotContent['checks'] {
  return worstFirst(capture)
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ level, check, status, subject, summary }) => ({
      level: levelInfo(level).title,
      title: check,
      state: status,
      summary: redactData(summary),
      findings: several ? [{ subject: subject ?? capture.file, status, summary: `in ${capture.file}` }] : [],
    }))
}

/** The line that decided, marked, with the lines around it. */
function excerptOf({ line }: Answer, captures: readonly CaptureData[]): SnapshotContent['excerpt'] {
  const capture = line === null ? undefined : captures.find((one) => one.file === line.file)
  if (line === null || !capture) return null
  const raw = capture.text.split('\n')
  const lines = redactData(capture.text).split('\n')
  // A secret of several lines was taken out: numbers no longer fit, and a wrong line must not be marked.
  if (lines.length !== raw.length) return null
  const from = Math.max(0, line.number - 1 - AROUND)
  return {
    title: `Line ${line.number}`,
    source: capture.file,
    lines: lines
      .slice(from, line.number + AROUND)
      .map((text, index) => ({ text: text.slice(0, MAX_LINE), mark: from + index === line.number - 1 })),
  }
}

function systemsOf({ reports }: NonNullable<ExplainResponse['together']>): FrozenTable {
  return {
    title: 'Systems',
    columns: ['Node', 'State', 'What is wrong first'],
    rows: reports.slice(0, MAX_SYSTEMS).map(({ node, state, headline, firstBroken }) => ({
      cells: [
        { text: node, state: null },
        { text: firstBroken === null ? state : `Failed at ${levelInfo(firstBroken).title}`, state },
        { text: redactData(headline), state: null },
      ],
    })),
    more: Math.max(0, reports.length - MAX_SYSTEMS),
  }
}
