import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { NodeTarget } from '@/collectors/transport/types'
import type { Config } from '@/lib/agent/config-schema'

/** Where to reach a node by SSH, or why not. */
export type TargetAnswer = { target: NodeTarget } | { off: string }

type SshConfig = Config['ssh']

/** Applies the configuration's overrides in order; later ones win. */
export function targetOf(node: NodeFact, ssh: SshConfig): TargetAnswer {
  if (!ssh.enabled) return { off: 'SSH is switched off in the configuration' }
  const settings = { user: ssh.user, port: ssh.port, jump: ssh.jump, address: ssh.address, skip: false }
  for (const override of ssh.overrides) {
    if (!applies(override, node)) continue
    if (override.skip !== undefined) settings.skip = override.skip
    if (override.user !== undefined) settings.user = override.user
    if (override.port !== undefined) settings.port = override.port
    if (override.jump !== undefined) settings.jump = override.jump
    if (override.address !== undefined) settings.address = override.address
  }
  if (settings.skip) return { off: 'the configuration says not to connect to this node' }
  if (!settings.user) return { off: 'no SSH user is configured (ssh.user in cairn.yaml)' }
  const address = addressOf(node, settings.address ?? 'InternalIP')
  if (address === null) return { off: `the Node object has no ${settings.address ?? 'InternalIP'} address` }
  const jump = settings.jump
    ? { address: settings.jump.host, port: settings.jump.port, user: settings.jump.user ?? settings.user }
    : undefined
  return {
    target: { node: node.name, address, port: settings.port ?? 22, user: settings.user, ...(jump ? { jump } : {}) },
  }
}

function addressOf(node: NodeFact, how: string): string | null {
  if (how.startsWith('annotation:')) return node.annotations[how.slice('annotation:'.length)] ?? null
  return node.addresses.find((address) => address.type === how)?.address ?? null
}

/** True when a rule with a name pattern and/or labels selects a node. */
export function applies(
  rule: { nodes?: string; labels?: Readonly<Record<string, string>> },
  node: Pick<NodeFact, 'name' | 'labels'>,
): boolean {
  if (rule.nodes !== undefined && !matchesGlob(rule.nodes, node.name)) return false
  return Object.entries(rule.labels ?? {}).every(([key, value]) => node.labels[key] === value)
}

/** `*` matches any text; everything else is literal. */
export function matchesGlob(pattern: string, name: string): boolean {
  const parts = pattern.split('*')
  const [first = '', ...rest] = parts
  if (rest.length === 0) return pattern === name
  if (!name.startsWith(first)) return false
  let at = first.length
  for (const [index, part] of rest.entries()) {
    if (index === rest.length - 1) return name.length - part.length >= at && name.endsWith(part)
    const found = name.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return true
}
