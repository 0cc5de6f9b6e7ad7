import type { RouteName } from '@/lib/contract/routes'
import { freezeExplained } from '@/lib/frozen/explained'
import { toMarkdown } from '@/lib/frozen/markdown'
import { bigFleet } from './big-fleet'
import { catalogue, causePageOf, doctorOf } from './catalogue'
import { explained } from './explained'
import { evidenceOf, fleetOf, healthyPage, incidentCauses, nodePageOf } from './incident'
import { type FrozenKind, longLog, planOf, runOf, runsOf, snapshotOf } from './runs'

/** An answer that is an error, in the words of the contract. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly what: string,
    readonly stillWorks?: string,
    readonly todo?: string,
  ) {
    super(what)
  }
}

export interface Ask {
  name: RouteName
  params: Record<string, string>
  query: URLSearchParams
  body: unknown
  scenario: string
  /** Asked by the web process itself. */
  internal: boolean
}

const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()

function refuseBy(ask: Ask): void {
  const { name, scenario } = ask
  if (name === 'session' || name === 'login' || name === 'snapshot') {
    if (scenario === 'signed-out' && name === 'session')
      throw new Refusal(401, 'no-session', 'You are not signed in', undefined, 'Sign in with a token.')
    return
  }
  if (scenario === 'signed-out')
    throw new Refusal(401, 'no-session', 'You are not signed in', undefined, 'Sign in with a token.')
  if (scenario === 'error')
    throw new Refusal(
      503,
      'store-down',
      'The store does not answer: disk is full',
      'Live verdicts are still made and sent.',
      'Free space below /var/lib/cairn, then try again.',
    )
  if (scenario === 'denied')
    throw new Refusal(
      403,
      'role',
      'Your role does not permit this',
      'Pages your role permits still work.',
      'Ask an admin for the viewer role.',
    )
}

/** A plan that the guard holds back, for a reason that an admin may override. */
function held(answer: ReturnType<typeof planOf>): unknown {
  const guard = [{ id: 'levels', ok: false, text: 'dgx030: Failed at Virtual functions', overridable: true }]
  return { ...answer, plan: { ...answer.plan, guard } }
}

/** Frozen links that exist, by their id. */
const FROZEN: Readonly<Record<string, FrozenKind>> = {
  '0123456789abcdefABCDEF': 'node',
  '0123456789abcdefABCDEG': 'cause',
  '0123456789abcdefABCDEH': 'run',
  '0123456789abcdefABCDEJ': 'matrix',
}

function frozenPageOf(ask: Ask): unknown {
  const kind = FROZEN[ask.params.id ?? '']
  if (!ask.internal || kind === undefined) throw new Refusal(404, 'gone', 'There is no such page')
  return { content: snapshotOf(kind), origin: 'http://127.0.0.1:3000', expiresAt: later(160) }
}

function previewOf(subject: unknown, mask: boolean): unknown {
  const pasted = typeof subject === 'object' && subject !== null && 'captures' in subject ? subject.captures : null
  const content = pasted ? freezeExplained(explained(pasted), later(0)).content : snapshotOf(kindOf(subject), mask)
  return {
    previewId: 'preview-1',
    content,
    removed: ['The address of the API server', '3 checks that pass or do not apply'],
    replaced: mask ? [{ from: 'dgx030', to: 'node-1' }] : [],
    markdown: toMarkdown(content),
  }
}

function kindOf(subject: unknown): FrozenKind {
  const kind = typeof subject === 'object' && subject !== null && 'kind' in subject ? subject.kind : 'node'
  return kind === 'cause' || kind === 'run' ? kind : 'node'
}

/** Plays the agent for one request. */
export function answer(ask: Ask): unknown {
  refuseBy(ask)
  const { name, params, scenario, body } = ask
  const field = (key: string): unknown =>
    typeof body === 'object' && body !== null && key in body
      ? Object.entries(body).find(([k]) => k === key)?.[1]
      : undefined
  switch (name) {
    case 'session':
    case 'login':
      return {
        mode: 'launch-token',
        user: 'you',
        role: scenario === 'viewer' || scenario === 'admin' ? scenario : 'operator',
        csrf: 'csrf-stand-in',
        expiresAt: later(8),
      }
    case 'logout':
    case 'verify':
    case 'revokeSnapshot':
      return { id: 'accepted' }
    case 'sweep':
      return { id: 'sweep-2', startedAt: later(0), finishedAt: null, total: 256, done: 0, unreachable: 0, by: 'you' }
    case 'fleet':
      return scenario === 'big' ? bigFleet(2000) : fleetOf(scenario)
    case 'node': {
      const page = params.name === 'dgx001' ? healthyPage(scenario) : nodePageOf(params.name ?? '', scenario)
      if (!page)
        throw new Refusal(
          404,
          'no-node',
          `There is no node called “${params.name}”`,
          undefined,
          'It may have been removed from the cluster.',
        )
      return page
    }
    case 'evidence':
      return evidenceOf(params.name ?? '', ask.query.get('check') ?? '')
    case 'causes':
      return { causes: scenario === 'empty' ? [] : incidentCauses(), at: later(0) }
    case 'cause':
      return causePageOf(params.signature ?? '')
    case 'checks':
      return { checks: scenario === 'empty' ? [] : catalogue() }
    case 'doctor':
      return doctorOf()
    case 'explain':
      return explained(field('captures'))
    case 'runs':
      return runsOf(scenario)
    case 'planRun':
      return scenario === 'admin' || scenario === 'held'
        ? held(planOf(field('nodes'), field('preset')))
        : planOf(field('nodes'), field('preset'))
    case 'startRun':
    case 'run':
    case 'cancelRun':
      return runOf(params.id ?? 'run-2')
    case 'runLog':
      return longLog(Number(ask.query.get('after') ?? 0))
    case 'runManifest':
      return { manifest: planOf(['dgx030'], 'nccl-1-node').plan.manifest, hash: '4c1f9b2a77de' }
    case 'previewSnapshot':
      return previewOf(field('subject'), field('mask') === true)
    case 'createSnapshot':
      return { url: '/s/0123456789abcdefABCDEF', handle: 'h-1', expiresAt: later(168) }
    case 'snapshots':
      return {
        snapshots:
          scenario === 'empty'
            ? []
            : [
                {
                  handle: 'h-1',
                  kind: 'node',
                  state: 'fail',
                  title: 'dgx030',
                  subject: { kind: 'node', name: 'dgx030' },
                  masked: false,
                  by: 'you',
                  createdAt: later(-5),
                  expiresAt: later(163),
                  views: 3,
                  lastViewAt: later(-1),
                },
                {
                  handle: 'h-2',
                  kind: 'run',
                  state: 'pass',
                  title: 'NCCL all-reduce, 2 nodes',
                  subject: { kind: 'run', id: 'run-1' },
                  masked: true,
                  by: 'mara',
                  createdAt: later(-30),
                  expiresAt: later(690),
                  views: 0,
                  lastViewAt: null,
                },
              ],
      }
    case 'snapshot':
      return frozenPageOf(ask)
  }
}
