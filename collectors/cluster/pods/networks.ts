import { at, flag, isFields, items, text, word, words } from '../fields'
import type { NetworkAttachment, NetworkRequest } from './fact'

const NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const DOTTED = /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/

/**
 * Reads k8s.v1.cni.cncf.io/networks as Multus does: JSON when it holds one of `[`, `{`, `"`, else `[<ns>/]<name>[@<if>]` by comma.
 * Null when it does not parse. Source: k8s-formats §9.
 */
export function parseNetworks(annotation: string, podNamespace: string): readonly NetworkRequest[] | null {
  return /[[{"]/.test(annotation) ? fromJson(annotation, podNamespace) : fromList(annotation, podNamespace)
}

function fromList(annotation: string, podNamespace: string): readonly NetworkRequest[] | null {
  const found: NetworkRequest[] = []
  for (const part of annotation.split(',').map((each) => each.trim())) {
    const [path = '', interfaceName, extra] = part.split('@')
    const [first = '', second, third] = path.split('/')
    const [namespace, name] = second === undefined ? [podNamespace, first] : [first, second]
    if (extra !== undefined || third !== undefined || !NAME.test(namespace) || !DOTTED.test(name)) return null
    found.push({ namespace, name, interface: word(interfaceName) })
  }
  return found
}

function fromJson(annotation: string, podNamespace: string): readonly NetworkRequest[] | null {
  const parsed = json(annotation)
  if (!Array.isArray(parsed) || !parsed.every(isFields)) return null
  const found = items(parsed).map((each) => ({
    namespace: word(each.namespace) ?? podNamespace,
    name: word(each.name) ?? '',
    interface: word(each.interface),
  }))
  return found.every((each) => each.name !== '') ? found : null
}

/** Reads k8s.v1.cni.cncf.io/network-status; null when it is not a JSON list of networks. Source: k8s-formats §9. */
export function parseNetworkStatus(annotation: string): readonly NetworkAttachment[] | null {
  const parsed = json(annotation)
  if (!Array.isArray(parsed) || !parsed.every((each) => isFields(each) && typeof each.name === 'string')) return null
  return items(parsed).map((each) => ({
    name: text(each.name) ?? '',
    interface: word(each.interface),
    ips: words(each.ips),
    default: flag(each.default) === true,
    pci: word(at(each, 'device-info', 'pci', 'pci-address')),
    rdmaDevice: word(at(each, 'device-info', 'pci', 'rdma-device')),
  }))
}

function json(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
