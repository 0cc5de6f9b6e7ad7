/**
 * RBAC manifests, generated from the reads themselves so that they can hold no more than what is used (SEC-46, SEC-49 and §1.6 of the
 * security research, as DESIGN §13 overrules it). Pure: `scripts/gen.ts` writes `deploy/rbac.yaml` from these.
 */
import { stringify } from 'yaml'
import type { KubeRead } from '@/lib/read'

/** Namespace of Cairn itself and of its benchmark runs. */
export const CAIRN_NAMESPACE = 'cairn'
export const RUN_NAMESPACE = 'cairn-runs'
/** Where operators usually live; more in the chart's values. */
export const OPERATOR_NAMESPACES = [
  'network-operator',
  'nvidia-network-operator',
  'gpu-operator',
  'nvidia-gpu-operator',
  'sriov-network-operator',
  'openshift-sriov-network-operator',
] as const

export interface PolicyRule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}

/** Never granted, in no role (§1.6); a read of one of these is a mistake in the code. */
const NEVER =
  /^(?:secrets|serviceaccounts\/token|nodes\/.*|pods\/(?:exec|attach|portforward|proxy|ephemeralcontainers)|.*\*.*)$/
/** Hold what nobody should read in bulk: only by name. */
const ONLY_BY_NAME = new Set(['configmaps'])
const READ = ['get', 'list', 'watch']

/** Read besides the collections: which namespaces there are, who blocks a drain (DESIGN §13). */
const ALWAYS: readonly Pick<KubeRead, 'group' | 'plural' | 'fieldSelector'>[] = [
  { group: '', plural: 'namespaces' },
  { group: 'policy', plural: 'poddisruptionbudgets' },
]

/** The rules that a set of reads needs: one per group and name, sorted. @throws RangeError for a read that must never be granted. */
export function readerRules(reads: readonly Pick<KubeRead, 'group' | 'plural' | 'fieldSelector'>[]): PolicyRule[] {
  const rules = new Map<string, PolicyRule>()
  for (const read of [...ALWAYS, ...reads]) {
    const { group, plural } = read
    if (NEVER.test(plural) || group.includes('*')) throw new RangeError(`${plural} must never be in the ClusterRole`)
    const name = pinnedName(read.fieldSelector)
    if (ONLY_BY_NAME.has(plural) && name === null)
      throw new RangeError(`${plural} may only be read by name: set fieldSelector metadata.name=…`)
    const key = `${group} ${name === null ? '' : plural}`
    const rule = rules.get(key) ?? {
      apiGroups: [group],
      resources: [],
      ...(name === null ? {} : { resourceNames: [] }),
      verbs: [...READ],
    }
    rules.set(key, rule)
    if (!rule.resources.includes(plural)) rule.resources.push(plural)
    if (name !== null && !rule.resourceNames?.includes(name)) rule.resourceNames?.push(name)
  }
  const sorted = [...rules.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule)
  for (const rule of sorted) {
    rule.resources.sort()
    rule.resourceNames?.sort()
  }
  return sorted
}

/** What the reading identity may do in the whole cluster: get, list and watch of exactly what the collectors read. */
export function readerClusterRole(reads: readonly Pick<KubeRead, 'group' | 'plural' | 'fieldSelector'>[]): string {
  return yaml({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'cairn-reader', labels: LABELS },
    rules: readerRules(reads),
  })
}

/** Logs of components, only where operators live: logs carry secrets, so nothing cluster-wide. One Role and binding per namespace. */
export function logRole(namespaces: readonly string[] = OPERATOR_NAMESPACES): string {
  const rules: PolicyRule[] = [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }]
  return documents(
    namespaces.flatMap((namespace) => [
      role('cairn-logs', namespace, rules),
      binding('Role', 'cairn-logs', namespace, READER),
    ]),
  )
}

/** What a run needs, only in the namespace of runs. Nothing of it changes objects that Cairn did not create. */
export function runnerRole(namespace: string = RUN_NAMESPACE): string {
  return documents([
    role('cairn-runner', namespace, RUNNER_RULES),
    binding('Role', 'cairn-runner', namespace, RUNNER),
    PRIORITY_CLASS,
  ])
}

/** Runs come after everybody else's work and push nobody out (SEC-50): a pod may only say so through its class. */
const PRIORITY_CLASS = {
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: 'cairn-benchmark', labels: { 'app.kubernetes.io/name': 'cairn' } },
  value: -1000,
  preemptionPolicy: 'Never',
  description: 'Benchmark runs of Cairn: scheduled last, never preempt.',
}

export const RUNNER_RULES: PolicyRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['configmaps', 'services'], verbs: ['create', 'get', 'delete'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  { apiGroups: [''], resources: ['resourcequotas'], verbs: ['get', 'list'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'get', 'list', 'watch', 'delete'] },
  { apiGroups: ['kubeflow.org'], resources: ['mpijobs'], verbs: ['create', 'get', 'list', 'watch', 'delete'] },
]

/** The whole of `deploy/rbac.yaml`: namespaces, two service accounts, reader, logs, runner. */
export function rbacManifest(reads: readonly Pick<KubeRead, 'group' | 'plural' | 'fieldSelector'>[]): string {
  const head = documents([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CAIRN_NAMESPACE, labels: LABELS } },
    // IPC_LOCK, which RDMA needs, is outside the Baseline list of Pod Security (SEC-49).
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: RUN_NAMESPACE, labels: { ...LABELS, 'pod-security.kubernetes.io/enforce': 'privileged' } },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: READER, namespace: CAIRN_NAMESPACE, labels: LABELS },
    },
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: RUNNER, namespace: CAIRN_NAMESPACE, labels: LABELS },
    },
  ])
  return [head, readerClusterRole(reads), yaml(clusterBinding()), logRole(), runnerRole()].join('---\n')
}

const READER = 'cairn-reader'
const RUNNER = 'cairn-runner'
const LABELS = { 'app.kubernetes.io/name': 'cairn' }

function role(name: string, namespace: string, rules: readonly PolicyRule[]): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name, namespace, labels: LABELS },
    rules,
  }
}

function binding(kind: 'Role' | 'ClusterRole', name: string, namespace: string, account: string): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name, namespace, labels: LABELS },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: CAIRN_NAMESPACE }],
  }
}

function clusterBinding(): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: READER, labels: LABELS },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: READER },
    subjects: [{ kind: 'ServiceAccount', name: READER, namespace: CAIRN_NAMESPACE }],
  }
}

/** The one name a field selector pins; RBAC then works by resourceNames, also for list and watch. */
function pinnedName(selector: string | undefined): string | null {
  return /^metadata\.name==?([^,=]+)$/.exec(selector ?? '')?.[1] ?? null
}

function documents(items: readonly object[]): string {
  return items.map(yaml).join('---\n')
}

function yaml(value: object): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })
}
