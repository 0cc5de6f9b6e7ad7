import { at, type Fields, isFields } from '../fields'

/** Paths that stand in objects of one kind only: an excerpt that lost its header is recognised by them. */
const SIGNS: readonly [string, string, readonly (readonly string[])[]][] = [
  ['mellanox.com/v1alpha1', 'NicClusterPolicy', [['status', 'appliedStates']]],
  [
    'sriovnetwork.openshift.io/v1',
    'SriovNetworkNodeState',
    [
      ['status', 'syncStatus'],
      ['status', 'lastSyncError'],
    ],
  ],
  ['sriovnetwork.openshift.io/v1', 'SriovNetworkNodePolicy', [['spec', 'nicSelector']]],
  [
    'sriovnetwork.openshift.io/v1',
    'SriovOperatorConfig',
    [
      ['spec', 'configDaemonNodeSelector'],
      ['spec', 'disableDrain'],
    ],
  ],
  ['nv-ipam.nvidia.com/v1alpha1', 'IPPool', [['spec', 'perNodeBlockSize']]],
  ['nv-ipam.nvidia.com/v1alpha1', 'CIDRPool', [['spec', 'perNodeNetworkPrefix']]],
  [
    'configuration.net.nvidia.com/v1alpha1',
    'NicDevice',
    [
      ['status', 'psid'],
      ['status', 'serialNumber'],
    ],
  ],
  ['maintenance.nvidia.com/v1alpha1', 'NodeMaintenance', [['spec', 'requestorID']]],
  [
    'nvidia.com/v1',
    'ClusterPolicy',
    [
      ['spec', 'dcgmExporter'],
      ['spec', 'toolkit'],
      ['spec', 'gfd'],
    ],
  ],
  ['kubeflow.org/v2beta1', 'MPIJob', [['spec', 'mpiReplicaSpecs']]],
  [
    'apps/v1',
    'DaemonSet',
    [
      ['status', 'desiredNumberScheduled'],
      ['spec', 'updateStrategy'],
    ],
  ],
  [
    'v1',
    'Node',
    [
      ['status', 'nodeInfo'],
      ['status', 'allocatable'],
      ['spec', 'podCIDR'],
    ],
  ],
  [
    'v1',
    'Pod',
    [
      ['spec', 'containers'],
      ['status', 'containerStatuses'],
    ],
  ],
]

/** Kinds an excerpt may be named by (`--as k8s:Kind`), with their group, where it cannot be told from the kind alone. */
const GROUPS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(SIGNS.map(([apiVersion, kind]) => [kind, apiVersion])),
  SriovNetwork: 'sriovnetwork.openshift.io/v1',
  SriovIBNetwork: 'sriovnetwork.openshift.io/v1',
  OVSNetwork: 'sriovnetwork.openshift.io/v1',
  SriovNetworkPoolConfig: 'sriovnetwork.openshift.io/v1',
  NetworkAttachmentDefinition: 'k8s.cni.cncf.io/v1',
  NicDevice: 'configuration.net.nvidia.com/v1alpha1',
  NodeMaintenance: 'maintenance.nvidia.com/v1alpha1',
  ClusterPolicy: 'nvidia.com/v1',
  Event: 'v1',
  ConfigMap: 'v1',
  Deployment: 'apps/v1',
  Job: 'batch/v1',
}

/** The kind an object without header must be, by what stands in it; null when nothing tells. */
export function inferKind(object: Fields): { apiVersion: string; kind: string } | null {
  if (isFields(object.involvedObject) || isFields(object.regarding)) return { apiVersion: 'v1', kind: 'Event' }
  const found = SIGNS.find(([, , paths]) => paths.some((path) => at(object, ...path) !== undefined))
  if (found) return { apiVersion: found[0], kind: found[1] }
  const telling = TELLING.find(([, path, pattern]) => pattern.test(flat(at(object, ...path))))
  return telling ? { apiVersion: GROUPS[telling[0]] ?? '', kind: telling[0] } : null
}

/** Words that stand in objects of one kind only. */
const TELLING: readonly [string, readonly string[], RegExp][] = [
  ['ClusterPolicy', ['status', 'conditions'], /ClusterPolicy is (?:not )?ready/],
  ['NetworkAttachmentDefinition', ['spec', 'config'], /"cniVersion"|"type"\s*:/],
  ['ConfigMap', ['data'], /"(?:configList|resourceList)\\?"\s*:|\\"(?:configList|resourceList)\\"/],
]

function flat(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value).slice(0, 20_000)
}

/** Fields that stand in a status only, with the kind where they tell it. */
const STATUS_ONLY = ['appliedStates', 'syncStatus', 'replicaStatuses', 'containerStatuses', 'nodeInfo', 'allocatable']

/**
 * What was printed of one part of an object (`jsonpath={.status}`, `jq .status.allocatable`), put back where it belongs; anything else as
 * it is.
 */
export function withParts(object: Fields): Fields {
  if (['kind', 'metadata', 'spec', 'status', 'items', 'data'].some((key) => object[key] !== undefined)) return object
  if (STATUS_ONLY.some((key) => object[key] !== undefined)) return { status: object }
  const isAmounts = ['cpu', 'memory', 'pods'].every((key) => /^\d+[A-Za-z]{0,2}$/.test(String(object[key])))
  return isAmounts ? { status: { allocatable: object } } : object
}

/** Group and version of a kind that a person named; undefined for one we do not know. */
export function apiVersionOf(kind: string): string | undefined {
  return Object.hasOwn(GROUPS, kind) ? GROUPS[kind] : undefined
}
