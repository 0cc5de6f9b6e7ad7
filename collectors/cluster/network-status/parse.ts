import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { closeJson } from '../kubernetes/close-json'
import type { NetworkAttachment, NetworkRequest } from '../pods/fact'
import { parseNetworkStatus, parseNetworks } from '../pods/networks'

/** Facts of kind `network-status` (EXPLAIN §3). */
export interface NetworkStatusFacts {
  networks: NetworkAttachment[]
  /** The networks annotation where the text holds it too (a description of a pod). */
  requested?: NetworkRequest[]
  /** False: the text ends within the list. */
  complete?: boolean
}

const KEY = /k8s\.v1\.cni\.cncf\.io\/networks?-status:?/

/** Reads the value of k8s.v1.cni.cncf.io/network-status, alone or in a description of a pod. */
export function parseStatusText(capture: Capture): Parsed<NetworkStatusFacts> {
  if (capture.text.trim() === '') return notOk('unreadable', 'not-recognised', 'nothing was printed')
  const start = startOfList(capture.text)
  const closed = start === -1 ? null : closeJson(capture.text.slice(start))
  if (closed === null || !Array.isArray(closed.value))
    return notOk('unreadable', 'bad-layout', 'no network-status list was found')
  const entries: unknown[] = closed.whole ? closed.value : closed.value.slice(0, -1)
  const networks = parseNetworkStatus(JSON.stringify(entries))
  if (networks === null || (networks.length === 0 && !closed.whole))
    return notOk('unreadable', closed.whole ? 'bad-layout' : 'cut', 'the list holds no network that can be read')
  const facts: NetworkStatusFacts = { networks: [...networks] }
  const requested = requestedIn(capture.lines)
  if (requested !== null) facts.requested = requested
  if (closed.whole) return ok(facts)
  return ok({ ...facts, complete: false }, { reason: { code: 'cut', text: 'the list ends within an entry' } })
}

/** Where the JSON list begins: after the annotation's key, else at the first line that opens a list of objects. */
function startOfList(text: string): number {
  const key = KEY.exec(text)
  const from = key === null ? 0 : key.index + key[0].length
  return text.indexOf('[', from)
}

function requestedIn(lines: readonly string[]): NetworkRequest[] | null {
  const line = lines.find((each) => /k8s\.v1\.cni\.cncf\.io\/networks:\s*\S/.test(each))
  const value = line?.split(/k8s\.v1\.cni\.cncf\.io\/networks:\s*/)[1]?.trim()
  const namespace = lines.find((each) => /^Namespace:\s+\S/.test(each))?.split(/\s+/)[1] ?? 'default'
  const networks = value === undefined || value.startsWith('[') ? null : parseNetworks(value, namespace)
  return networks === null ? null : [...networks]
}
