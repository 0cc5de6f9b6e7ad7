import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { closeJson } from '../kubernetes/close-json'
import type { NetworkAttachment, NetworkRequest } from '../pods/fact'
import { parseNetworkStatus, parseNetworks } from '../pods/networks'
import { findStatus } from './status-text'

/** Facts of kind `network-status` (EXPLAIN §3). */
export interface NetworkStatusFacts {
  networks: NetworkAttachment[]
  /** The networks annotation where the text holds it too (a description of a pod). */
  requested?: NetworkRequest[]
  /** False: the text ends within the list. */
  complete?: boolean
}

const REQUESTS = /k8s\.v1\.cni\.cncf\.io\/networks["']?:\s*(?:\|-?\s+)?/

/** Reads the value of k8s.v1.cni.cncf.io/network-status: alone, quoted, in a description of a pod or in its annotations. */
export function parseStatusText(capture: Capture): Parsed<NetworkStatusFacts> {
  if (capture.text.trim() === '') return notOk('unreadable', 'not-recognised', 'nothing was printed')
  const found = findStatus(capture.text)
  if (found === null) return notOk('unreadable', 'bad-layout', 'no network-status list was found')
  const entries = found.whole ? found.entries : found.entries.slice(0, -1)
  const networks = parseNetworkStatus(JSON.stringify(entries))
  if (networks === null || (networks.length === 0 && !found.whole))
    return notOk('unreadable', found.whole ? 'bad-layout' : 'cut', 'the list holds no network that can be read')
  const facts: NetworkStatusFacts = { networks: [...networks] }
  const requested = requestedIn(capture, networks)
  if (requested !== null) facts.requested = requested
  if (found.whole) return ok(facts)
  return ok({ ...facts, complete: false }, { reason: { code: 'cut', text: 'the list ends within an entry' } })
}

/** The networks annotation beside the status; null where it is not there or cut. */
function requestedIn(capture: Capture, attached: readonly NetworkAttachment[]): NetworkRequest[] | null {
  const key = REQUESTS.exec(capture.text)
  if (key === null) return null
  const rest = capture.text.slice(key.index + key[0].length)
  const value = /^['"]?\s*\[/.test(rest) ? listOf(rest) : lineOf(rest)
  const told = capture.lines.map((each) => /^Namespace:\s+(\S+)/.exec(each)?.[1]).find((each) => each !== undefined)
  const networks = value === null ? null : parseNetworks(value, told ?? UNKNOWN)
  return networks === null
    ? null
    : networks.map((each) => (each.namespace === UNKNOWN ? { ...each, namespace: namespaceOf(each, attached) } : each))
}

/** Stands for the pod's namespace where the text does not say it. */
const UNKNOWN = 'unknown'

/** Of a network whose namespace nobody says: that of the attached one with its name, else of the other networks. */
function namespaceOf(network: NetworkRequest, attached: readonly NetworkAttachment[]): string {
  const parts = attached.filter((each) => !each.default).map((each) => each.name.split('/'))
  const named =
    parts.find((each) => each.length === 2 && each[1] === network.name) ?? parts.find((each) => each.length === 2)
  return named?.[0] ?? 'default'
}

function listOf(rest: string): string | null {
  const closed = closeJson(rest.slice(rest.indexOf('[')))
  return closed?.whole ? JSON.stringify(closed.value) : null
}

/** A value on one line; at the end of the text its last name may be cut. */
function lineOf(rest: string): string | null {
  const end = rest.includes('\n') ? rest.indexOf('\n') : rest.lastIndexOf(',')
  if (end < 0) return null
  const value = rest
    .slice(0, end)
    .trim()
    .replace(/^(["'])(.*)\1,?$/, '$2')
  return value === '' ? null : value
}
