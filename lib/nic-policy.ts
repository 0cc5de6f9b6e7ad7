import type { AppliedState, NicPolicyFact } from '@/collectors/cluster/nic-cluster-policies/policy'
import { COMPONENTS, type Component } from './components'

/** The only name of a NicClusterPolicy that the operator acts on (k8s-formats §4). */
export const POLICY_NAME = 'nic-cluster-policy'

/** The policy the operator acts on; a capture that lost the name of its only policy counts as that one. */
export function actingPolicy(policies: readonly NicPolicyFact[]): NicPolicyFact | null {
  const [only] = policies
  if (policies.length === 1 && only?.name === '') return only
  return policies.find((each) => each.name === POLICY_NAME) ?? null
}

/** A component of the policy that is not ready, or in error. */
export interface Unready {
  /** `state-OFED`. */
  state: string
  title: string
  error: boolean
  message: string | null
}

/** Conditions of 26.7 by state name (k8s-formats §4). */
const CONDITION_STATES: Readonly<Record<string, string>> = {
  OFEDDriverReady: 'state-OFED',
  RDMASharedDevicePluginReady: 'state-RDMA-device-plugin',
  SRIOVDevicePluginReady: 'state-SRIOV-device-plugin',
  IBKubernetesReady: 'state-ib-kubernetes',
  MultusCNIReady: 'state-multus-cni',
  CNIPluginsReady: 'state-container-networking-plugins',
  IPoIBCNIReady: 'state-ipoib-cni',
  NVIPAMReady: 'state-nv-ipam-cni',
  NICFeatureDiscoveryReady: 'state-nic-feature-discovery',
  DOCATelemetryServiceReady: 'state-doca-telemetry-service',
  NICConfigurationOperatorReady: 'state-nic-configuration-operator',
  SpectrumXOperatorReady: 'state-spectrum-x-operator',
}

/** States of releases before 24.1; they may linger. */
const GONE = new Set(['state-pod-security-policy', 'state-NV-Peer'])

/** Components that are not ready, drivers first; conditions (26.7) count before appliedStates, leftovers never. */
export function unready(policy: NicPolicyFact): Unready[] {
  const conditions = policy.conditions.filter((each) => CONDITION_STATES[each.type] !== undefined)
  const found =
    conditions.length > 0
      ? conditions
          .filter((each) => each.status !== 'True')
          .map((each) =>
            one(
              CONDITION_STATES[each.type] ?? each.type,
              each.reason === 'ComponentError',
              each.message ?? messageOf(policy, CONDITION_STATES[each.type]),
            ),
          )
      : policy.appliedStates
          .filter((each) => (each.state === 'notReady' || each.state === 'error') && !isLeftover(policy, each))
          .map((each) => one(each.name, each.state === 'error', each.message))
  return found.sort((a, b) => Number(b.state === 'state-OFED') - Number(a.state === 'state-OFED'))
}

/** States the operator keeps from earlier releases or specs: never pruned, so they say nothing (k8s-formats §4). */
export function leftovers(policy: NicPolicyFact): readonly AppliedState[] {
  return policy.appliedStates.filter(
    (each) => each.state !== 'ignore' && each.state !== 'ready' && isLeftover(policy, each),
  )
}

function isLeftover(policy: NicPolicyFact, applied: AppliedState): boolean {
  if (policy.state === 'ready') return true
  const known = COMPONENTS.filter((each) => each.state === applied.name)
  if (known.length === 0) return GONE.has(applied.name)
  return policy.hasSpec && !known.some((each) => asks(policy, each))
}

/** True when the policy's spec holds the component's block. */
export function asks(policy: NicPolicyFact, wanted: Component): boolean {
  const path = wanted.specPath
  return path !== undefined && policy.components.some((each) => each.path === path || each.path.startsWith(`${path}.`))
}

/** State of a component as the policy says it; null where it says nothing. */
export function stateOf(policy: NicPolicyFact, name: string): string | null {
  return policy.appliedStates.find((each) => each.name === name)?.state ?? null
}

function one(state: string, error: boolean, message: string | null): Unready {
  return { state, title: titleOf(state), error, message }
}

/** What people call a state: `state-OFED` is the OFED driver. */
export function titleOf(state: string): string {
  if (state === 'state-nv-ipam-cni') return 'NV-IPAM'
  return COMPONENTS.find((each) => each.state === state)?.title ?? state.replace(/^state-/, '')
}

function messageOf(policy: NicPolicyFact, state: string | undefined): string | null {
  return policy.appliedStates.find((each) => each.name === state)?.message ?? null
}
