import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'

interface Item {
  apiVersion: string
  kind: string
  metadata: { name: string; namespace?: string; labels?: Record<string, string> }
  involvedObject?: { kind?: string; name?: string }
  spec?: { containers?: readonly { name: string }[]; nodeName?: string; group?: string }
}

/** Custom resources whose instances network-operator's kubectl-netop_sosreport collects (v26.1.0), by plural. */
const CUSTOM: Readonly<Record<string, string>> = {
  NicClusterPolicy: 'nicclusterpolicies',
  MacvlanNetwork: 'macvlannetworks',
  HostDeviceNetwork: 'hostdevicenetworks',
  IPPool: 'ippools',
  CIDRPool: 'cidrpools',
  NicDevice: 'nicdevices',
  NetworkAttachmentDefinition: 'network-attachment-definitions',
  SriovNetworkNodePolicy: 'sriovnetworknodepolicies',
  SriovNetworkNodeState: 'sriovnetworknodestates',
  SriovNetwork: 'sriovnetworks',
  SriovIBNetwork: 'sriovibnetworks',
  SriovOperatorConfig: 'sriovoperatorconfigs',
  SriovNetworkPoolConfig: 'sriovnetworkpoolconfigs',
  NodeMaintenance: 'nodemaintenances',
}
/** Components it looks for by label, in the operator's namespace only. */
const COMPONENTS: Readonly<Record<string, readonly [string, string, 'DaemonSet' | 'Deployment']>> = {
  'cni-plugins-ds': ['name', 'cni-plugins', 'DaemonSet'],
  'kube-multus-ds': ['name', 'multus', 'DaemonSet'],
  'network-operator-sriov-device-plugin': ['app', 'sriovdp', 'DaemonSet'],
  'nv-ipam-controller': ['name', 'nv-ipam-controller', 'Deployment'],
  'nv-ipam-node': ['name', 'nv-ipam-node', 'DaemonSet'],
  'ofed-driver': ['nvidia.com/ofed-driver', '', 'DaemonSet'],
  'rdma-shared-dp-ds': ['app', 'rdma-shared-dp', 'DaemonSet'],
  'sriov-network-operator': ['app', 'sriov-network-operator', 'Deployment'],
  'sriov-network-config-daemon': ['app', 'sriov-network-config-daemon', 'DaemonSet'],
  'maintenance-operator': ['app.kubernetes.io/name', 'maintenance-operator', 'Deployment'],
  'network-operator': ['app.kubernetes.io/name', 'network-operator', 'Deployment'],
}

/**
 * Writes a recorded cluster in the layout of a network-operator sosreport: what the script would have left out (workloads, other
 * namespaces, components it does not know, empty lists) is left out.
 * @param logs files of the recording by component
 */
export function writeSosreport(recorded: string, target: string, logs: Readonly<Record<string, string>> = {}): void {
  const { items }: { items: readonly Item[] } = parse(readFileSync(join(recorded, 'objects.yaml'), 'utf8'), {
    maxAliasCount: -1,
  })
  const namespace = items.find(
    (each) => each.kind === 'Deployment' && each.metadata.labels?.['app.kubernetes.io/name'] === 'network-operator',
  )?.metadata.namespace
  const put = (path: string, text: string) => {
    const file = join(target, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const list = (path: string, found: readonly Item[]) => {
    if (found.length > 0) put(path, stringify({ apiVersion: 'v1', items: found, kind: 'List', metadata: { resourceVersion: '' } }))
  }
  const local = items.filter((each) => each.metadata.namespace === namespace)
  put(
    'metadata/collection-info.txt',
    `NVIDIA Network Operator SOS-Report\n====================================\nScript Version: v26.1.0\nCollection Time: Sat Nov 21 14:40:00 UTC 2026\nCollection Hostname: jump01\nKubeconfig: kubeconfig\nOperator Namespace: ${namespace}\nPlatform: Kubernetes\n`,
  )
  put('metadata/namespaces.txt', 'NAME              STATUS   AGE\ndefault           Active   3d\nkube-system       Active   3d\n')
  put('collection-errors.log', '[WARN] 2026-11-21 14:40:01 - Limited permissions detected. Some resources may not be collected.\n')
  for (const each of items.filter((one) => one.kind === 'CustomResourceDefinition'))
    put(`crds/definitions/${each.metadata.name}.yaml`, stringify(each))
  for (const [kind, plural] of Object.entries(CUSTOM))
    list(`crds/instances/${plural}/all.yaml`, items.filter((each) => each.kind === kind))
  list('operator/configmaps.yaml', local.filter((each) => each.kind === 'ConfigMap'))
  list('operator/rbac/serviceaccounts.yaml', local.filter((each) => each.kind === 'ServiceAccount'))
  for (const kind of ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'])
    list(`operator/${kind.toLowerCase()}s.yaml`, items.filter((each) => each.kind === kind))
  const events: { items: readonly Item[] } = JSON.parse(readFileSync(join(recorded, 'events.json'), 'utf8'))
  list('operator/events.yaml', events.items.filter((each) => each.metadata.namespace === namespace))
  for (const [name, [label, value, kind]] of Object.entries(COMPONENTS)) {
    const has = (each: Item) => each.metadata.labels?.[label] === value
    const workloads = local.filter((each) => each.kind === kind && has(each))
    if (workloads.length === 0) continue
    const at = `operator/components/${name}`
    list(`${at}/${kind.toLowerCase()}.yaml`, workloads)
    for (const pod of local.filter((each) => each.kind === 'Pod' && has(each))) {
      put(`${at}/pods/${pod.metadata.name}.yaml`, stringify(pod))
      const log = logs[name]
      if (log !== undefined) put(`${at}/pods/${pod.metadata.name}${name === 'network-operator' ? '' : `-${pod.spec?.containers?.[0]?.name}`}.log`, readFileSync(join(recorded, log), 'utf8'))
    }
  }
  const nodes = items.filter((each) => each.kind === 'Node')
  list('nodes/all-nodes.yaml', nodes)
  put('nodes/nodes-summary.txt', ['NAME     STATUS   ROLES    AGE   VERSION   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE             KERNEL-VERSION     CONTAINER-RUNTIME', ...nodes.map((each) => `${each.metadata.name}   Ready    <none>   3d    v1.36.3   10.0.0.1      <none>        Ubuntu 22.04.5 LTS   5.15.0-1053-nvidia   containerd://1.7.27`)].join('\n'))
  put('nodes/node-resources.txt', ['Node Allocatable Resources:', '===========================', '', 'NAME     RDMA     SRIOV    GPU', ...nodes.map((each) => `${each.metadata.name}   <none>   <none>   8`)].join('\n'))
  put('diagnostic-summary.txt', `NVIDIA Network Operator Diagnostic Summary\n====================================\n\nCollection Time: Sat Nov 21 14:40:00 UTC 2026\nOperator Namespace: ${namespace}\n\nNodes: ${nodes.length}\n\nNicClusterPolicy:\nNAME                 STATUS   AGE\nnic-cluster-policy   ready    2026-11-21T13:01:00Z\n\nCollection Statistics:\n---------------------\nErrors: 0\n\nRecent Events (Last 20):\n-----------------------\nLAST SEEN   TYPE     REASON    OBJECT        MESSAGE\n2m          Normal   Started   pod/x         Started container\n`)
}

/** Name of a folder as the script gives it. */
export function sosreportName(recorded: string): string {
  return `network-operator-sosreport-20261121-${basename(recorded).slice(0, 2)}4000`
}
