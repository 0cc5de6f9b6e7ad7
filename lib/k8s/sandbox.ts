/** What a CNI error of a pod sandbox means. */
export interface SandboxReason {
  /** Machine-readable, kebab-case. */
  id: string
  words: string
  fix: string
}

/** Substrings of the innermost error, most specific first (k8s-formats §8, §9: from the sources of multus, sriov-cni, ib-sriov-cni, nv-ipam). */
const TABLE: readonly [RegExp, SandboxReason][] = [
  [
    /cannot find a network-attachment-definition/,
    {
      id: 'nad-missing',
      words: 'the network attachment definition does not exist in that namespace',
      fix: 'Write "<namespace>/<name>" in the annotation, or set networkNamespace of the SriovIBNetwork',
    },
  ],
  [
    /vf pci addr is required|deviceID is required|VF pci addr is required/i,
    {
      id: 'no-device',
      words:
        'no device was handed to the CNI: the pod does not request the resource that the network’s resourceName annotation names',
      fix: 'Add that resource to requests and limits of a container, once for each time the network is listed',
    },
  ],
  [
    /error (?:waiting for|getting) pod: Unauthorized/,
    {
      id: 'multus-token',
      words: 'the service account token of Multus on that node expired; the workload is not at fault',
      fix: 'Restart the kube-multus-ds pod of that node (label name=multus)',
    },
  ],
  [
    /GUID is not valid/,
    {
      id: 'zero-guid',
      words: 'the VF has an all-zero GUID',
      fix: 'Let ib-kubernetes or the operator assign GUIDs, see zero-vf-guid',
    },
  ],
  [
    /InfiniBand status "mellanox\.infiniband\.app" is not "configured"|GUID must be provided by ib-kubernetes/,
    {
      id: 'ib-kubernetes',
      words: 'the network waits for ib-kubernetes, which does not answer',
      fix: 'Deploy ib-kubernetes and its subnet manager plug-in, or remove ibKubernetesEnabled',
    },
  ],
  [
    /configuration for pool "([^"]+)", poolType "([^"]+)" not found/,
    {
      id: 'pool-not-found',
      words:
        'nv-ipam on that node knows no such pool: wrong name, wrong namespace, poolType missing, or no block for the node',
      fix: 'Compare poolName and poolType of the network with the pools and their allocations',
    },
  ],
  [
    /no free addresses in the pool "([^"]+)"/,
    {
      id: 'pool-full',
      words: 'the block of the node is full, or addresses of dead pods are still reserved',
      fix: 'Enlarge perNodeBlockSize or remove finished pods; leaked addresses return within minutes',
    },
  ],
  [
    /Could not allocate IP in range/,
    {
      id: 'pool-full',
      words: 'the whereabouts range is exhausted or leases of dead pods were never given back',
      fix: 'Compare the podref of its leases with live pods, or enlarge the range',
    },
  ],
  [
    /failed to connect to IPAM daemon|grpc call failed: rpc error: code = Unavailable/,
    {
      id: 'ipam-daemon',
      words: 'nv-ipam-node does not run on that node',
      fix: 'Look at the nv-ipam-node pod of that node',
    },
  ],
  [
    /failed to find plugin "([^"]+)" in path/,
    {
      id: 'cni-binary',
      words: 'the CNI binary is missing on that node',
      fix: 'Look at the component that installs it there (nv-ipam-node, sriov config daemon, cni-plugins)',
    },
  ],
  [
    /failed to set vf \d+ vlan configuration/,
    {
      id: 'wrong-cni',
      words: 'the sriov CNI was used on an InfiniBand VF',
      fix: 'Use a SriovIBNetwork (ib-sriov) for this resource',
    },
  ],
  [
    /pci address .{0,40} is already allocated/,
    {
      id: 'stale-cache',
      words: 'the CNI cache of the node still holds the VF',
      fix: 'Check that no pod uses the VF, then remove its file under /var/lib/cni/sriov/pci',
    },
  ],
  [
    /does not have a interface name or a dpdk driver/,
    {
      id: 'vf-driver',
      words: 'the VF has no netdev: it sits in another namespace or its driver is unbound',
      fix: 'Look at the VF’s driver on the node',
    },
  ],
  [
    /RDMA subsystem namespace awareness mode is set to/,
    {
      id: 'rdma-mode',
      words: 'the network wants RDMA isolation and the node runs the other RDMA mode',
      fix: 'Set rdmaMode exclusive in a SriovNetworkPoolConfig, or drop rdmaIsolation',
    },
  ],
  [
    /readinessindicatorfile/i,
    {
      id: 'default-network',
      words: 'the cluster’s own network is not ready on that node',
      fix: 'Look at the primary CNI of that node',
    },
  ],
]

const UNKNOWN: SandboxReason = {
  id: 'other',
  words: 'the network set-up failed',
  fix: 'Read the innermost error of the event',
}

/** Decodes the error of a sandbox that could not be created; null when the message is not about networks. */
export function sandboxReason(message: string): SandboxReason | null {
  const known = TABLE.find(([pattern]) => pattern.test(message))
  if (known) return known[1]
  return /failed to setup network for sandbox|plugin type="multus"|error adding container to network/.test(message)
    ? UNKNOWN
    : null
}

/** The network an error is about, where the message names it. */
export function networkIn(message: string): string | null {
  return (
    /error adding container to network "([^"]{1,253})"/.exec(message)?.[1] ??
    /network-attachment-definition \(([\w.-]+)\)/.exec(message)?.[1] ??
    null
  )
}

/** The innermost error: what stands after the last "failed (add):". */
export function innermost(message: string): string {
  const at = message.lastIndexOf('failed (add):')
  const inner = at === -1 ? message : message.slice(at + 'failed (add):'.length)
  return inner.trim().slice(0, 300)
}
