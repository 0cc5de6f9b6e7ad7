/** A resource the lab serves. */
export interface Resource {
  group: string
  versions: readonly string[]
  plural: string
  kind: string
  namespaced: boolean
  /** Served only once installed. */
  crd: boolean
}

type Row = readonly [group: string, versions: readonly string[], plural: string, kind: string, namespaced: boolean]

const BUILT_IN: readonly Row[] = [
  ['', ['v1'], 'nodes', 'Node', false],
  ['', ['v1'], 'namespaces', 'Namespace', false],
  ['', ['v1'], 'pods', 'Pod', true],
  ['', ['v1'], 'events', 'Event', true],
  ['', ['v1'], 'configmaps', 'ConfigMap', true],
  ['', ['v1'], 'secrets', 'Secret', true],
  ['', ['v1'], 'services', 'Service', true],
  ['', ['v1'], 'serviceaccounts', 'ServiceAccount', true],
  ['', ['v1'], 'resourcequotas', 'ResourceQuota', true],
  ['', ['v1'], 'limitranges', 'LimitRange', true],
  ['', ['v1'], 'persistentvolumeclaims', 'PersistentVolumeClaim', true],
  ['apps', ['v1'], 'daemonsets', 'DaemonSet', true],
  ['apps', ['v1'], 'deployments', 'Deployment', true],
  ['apps', ['v1'], 'replicasets', 'ReplicaSet', true],
  ['apps', ['v1'], 'statefulsets', 'StatefulSet', true],
  ['batch', ['v1'], 'jobs', 'Job', true],
  ['policy', ['v1'], 'poddisruptionbudgets', 'PodDisruptionBudget', true],
  ['scheduling.k8s.io', ['v1'], 'priorityclasses', 'PriorityClass', false],
  ['coordination.k8s.io', ['v1'], 'leases', 'Lease', true],
  ['networking.k8s.io', ['v1'], 'networkpolicies', 'NetworkPolicy', true],
  ['apiextensions.k8s.io', ['v1'], 'customresourcedefinitions', 'CustomResourceDefinition', false],
  ['apiregistration.k8s.io', ['v1'], 'apiservices', 'APIService', false],
  ['admissionregistration.k8s.io', ['v1'], 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', false],
  ['admissionregistration.k8s.io', ['v1'], 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', false],
  ['resource.k8s.io', ['v1'], 'resourceslices', 'ResourceSlice', false],
  ['resource.k8s.io', ['v1'], 'resourceclaims', 'ResourceClaim', true],
  ['resource.k8s.io', ['v1'], 'deviceclasses', 'DeviceClass', false],
]

/** Names, versions and scopes as in the operators' own CRDs (shared/crds). */
const CRDS: readonly Row[] = [
  ['configuration.net.nvidia.com', ['v1alpha1'], 'nicconfigurationtemplates', 'NicConfigurationTemplate', true],
  ['configuration.net.nvidia.com', ['v1alpha1'], 'nicdevices', 'NicDevice', true],
  ['configuration.net.nvidia.com', ['v1alpha1'], 'nicfirmwaresources', 'NicFirmwareSource', true],
  ['configuration.net.nvidia.com', ['v1alpha1'], 'nicfirmwaretemplates', 'NicFirmwareTemplate', true],
  ['configuration.net.nvidia.com', ['v1alpha1'], 'nicinterfacenametemplates', 'NicInterfaceNameTemplate', true],
  ['k8s.cni.cncf.io', ['v1'], 'network-attachment-definitions', 'NetworkAttachmentDefinition', true],
  ['kubeflow.org', ['v2beta1'], 'mpijobs', 'MPIJob', true],
  ['maintenance.nvidia.com', ['v1alpha1'], 'maintenanceoperatorconfigs', 'MaintenanceOperatorConfig', true],
  ['maintenance.nvidia.com', ['v1alpha1'], 'nodemaintenances', 'NodeMaintenance', true],
  ['mellanox.com', ['v1alpha1'], 'hostdevicenetworks', 'HostDeviceNetwork', false],
  ['mellanox.com', ['v1alpha1'], 'ipoibnetworks', 'IPoIBNetwork', false],
  ['mellanox.com', ['v1alpha1'], 'macvlannetworks', 'MacvlanNetwork', false],
  ['mellanox.com', ['v1alpha1'], 'nicclusterpolicies', 'NicClusterPolicy', false],
  ['mellanox.com', ['v1alpha1'], 'nicnodepolicies', 'NicNodePolicy', false],
  ['nfd.k8s-sigs.io', ['v1alpha1'], 'nodefeaturegroups', 'NodeFeatureGroup', true],
  ['nfd.k8s-sigs.io', ['v1alpha1'], 'nodefeaturerules', 'NodeFeatureRule', false],
  ['nfd.k8s-sigs.io', ['v1alpha1'], 'nodefeatures', 'NodeFeature', true],
  ['nv-ipam.nvidia.com', ['v1alpha1'], 'cidrpools', 'CIDRPool', true],
  ['nv-ipam.nvidia.com', ['v1alpha1'], 'ippools', 'IPPool', true],
  ['nvidia.com', ['v1'], 'clusterpolicies', 'ClusterPolicy', false],
  ['nvidia.com', ['v1alpha1'], 'gpuclusters', 'GPUCluster', false],
  ['nvidia.com', ['v1alpha1'], 'nvidiadrivers', 'NVIDIADriver', false],
  ['resource.nvidia.com', ['v1beta1'], 'computedomaincliques', 'ComputeDomainClique', true],
  ['resource.nvidia.com', ['v1beta1'], 'computedomains', 'ComputeDomain', true],
  ['spectrumx.nvidia.com', ['v1alpha2'], 'spectrumxrailpoolconfigs', 'SpectrumXRailPoolConfig', true],
  ['sriovnetwork.k8snetworkplumbingwg.io', ['v1alpha1'], 'deviceattributes', 'DeviceAttributes', true],
  ['sriovnetwork.k8snetworkplumbingwg.io', ['v1alpha1'], 'sriovresourcepolicies', 'SriovResourcePolicy', true],
  ['sriovnetwork.openshift.io', ['v1'], 'ovsnetworks', 'OVSNetwork', true],
  ['sriovnetwork.openshift.io', ['v1'], 'sriovibnetworks', 'SriovIBNetwork', true],
  ['sriovnetwork.openshift.io', ['v1'], 'sriovnetworknodepolicies', 'SriovNetworkNodePolicy', true],
  ['sriovnetwork.openshift.io', ['v1'], 'sriovnetworknodestates', 'SriovNetworkNodeState', true],
  ['sriovnetwork.openshift.io', ['v1'], 'sriovnetworkpoolconfigs', 'SriovNetworkPoolConfig', true],
  ['sriovnetwork.openshift.io', ['v1'], 'sriovnetworks', 'SriovNetwork', true],
  ['sriovnetwork.openshift.io', ['v1'], 'sriovoperatorconfigs', 'SriovOperatorConfig', true],
  ['topology.node.k8s.io', ['v1alpha1', 'v1alpha2'], 'noderesourcetopologies', 'NodeResourceTopology', false],
  ['whereabouts.cni.cncf.io', ['v1alpha1'], 'ippools', 'IPPool', true],
  ['whereabouts.cni.cncf.io', ['v1alpha1'], 'nodeslicepools', 'NodeSlicePool', true],
  ['whereabouts.cni.cncf.io', ['v1alpha1'], 'overlappingrangeipreservations', 'OverlappingRangeIPReservation', true],
]

const resource =
  (crd: boolean) =>
  ([group, versions, plural, kind, namespaced]: Row): Resource => ({ group, versions, plural, kind, namespaced, crd })

export const BUILT_IN_RESOURCES: readonly Resource[] = BUILT_IN.map(resource(false))
export const KNOWN_CRDS: readonly Resource[] = CRDS.map(resource(true))

/** `nodes`, `nicclusterpolicies.mellanox.com`: how one names a resource in words and in Status messages. */
export function qualified(resource: Pick<Resource, 'group' | 'plural'>): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}

/** Group of an apiVersion; '' for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}
