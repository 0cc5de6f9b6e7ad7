import type { NadFact } from '@/collectors/cluster/nad/collector'
import type { NodeFact } from '@/collectors/cluster/node/collector'
import type { PodFact } from '@/collectors/cluster/pods/fact'
import type { SriovPolicyFact } from '@/collectors/cluster/sriov-policy/collector'
import type { Finding } from '@/lib/check'
import { distinct, naming } from './from-findings'
import { current, podName } from './networks'
import { answers, bare, isFabric } from './resources'

interface Links {
  policies: readonly SriovPolicyFact[] | undefined
  nodes: readonly NodeFact[] | undefined
  pods: readonly PodFact[]
}

/** What following one network's resource name found. */
export interface ChainFinding {
  finding: Finding
  /** True when two names differ, false when the resource is gone or the chain is whole. */
  misnamed: boolean
}

/**
 * Follows one network's resource name: policy → device plugin → node → attachment definition → pod, and names the first link that does
 * not fit with the text of both ends. Null when neither policies nor nodes are known.
 */
export function judgeChain(nad: NadFact, { policies, nodes, pods }: Links): ChainFinding | null {
  const resource = nad.resourceName ?? ''
  const subject = `${nad.namespace ?? 'default'}/${nad.name}`
  const broken = (words: string, misnamed: boolean): ChainFinding => ({
    finding: { subject, status: 'fail', summary: `network ${subject} takes ${resource}: ${words}` },
    misnamed,
  })
  const live = nodes?.filter((node) => answers(node) !== false)
  const offers = (live ?? []).flatMap((node) => node.resources.filter((each) => each.name === resource))
  const policy = policies?.find((each) => each.resourceName === bare(resource))
  if (offers.length === 0 && live !== undefined && live.length > 0) {
    const twin = distinct(live.flatMap((node) => node.resources.map((each) => each.name))).find(
      (name) => bare(name) === bare(resource),
    )
    if (twin !== undefined) return broken(`the nodes offer it as ${twin}, the prefix differs`, true)
    if (policies !== undefined && policy === undefined) return broken(noPolicy(resource, policies), true)
    return broken(
      `${policy ? `policy ${policy.name} defines ${policy.resourceName ?? ''}, but ` : ''}no node registers ${resource} (device plugin)`,
      false,
    )
  }
  if (offers.length === 0 && policies !== undefined && policies.length > 0 && policy === undefined)
    return broken(noPolicy(resource, policies), true)
  if (offers.length > 0 && offers.every((each) => each.allocatable === 0))
    return broken(`all ${offers.length} nodes that registered it have 0 allocatable`, false)
  const astray = current(pods).find(
    (pod) =>
      lists(pod, nad) &&
      !Object.hasOwn(pod.requests, resource) &&
      Object.keys(pod.requests).some((name) => isFabric(name)),
  )
  if (astray)
    return broken(
      `pod ${podName(astray)} lists the network and requests ${naming(Object.keys(astray.requests).filter((name) => isFabric(name)))} instead`,
      true,
    )
  if (policies === undefined && nodes === undefined) return null
  const summary = `${subject}: ${resource} on ${offers.length} node(s)${policy ? `, policy ${policy.name}` : ''}`
  return { finding: { subject, status: 'pass', summary }, misnamed: false }
}

function noPolicy(resource: string, policies: readonly SriovPolicyFact[]): string {
  const defined = distinct(policies.flatMap((each) => each.resourceName ?? []))
  return `no policy defines ${bare(resource)} (policies define ${naming(defined, 8)})`
}

function lists(pod: PodFact, nad: NadFact): boolean {
  return (pod.networks ?? []).some(
    (network) => network.name === nad.name && network.namespace === (nad.namespace ?? 'default'),
  )
}
