/** A container image reference taken apart. */
export interface ImageRef {
  /** Registry and path before the name: `nvcr.io/nvidia/mellanox`; empty for Docker Hub names. */
  repository: string
  name: string
  tag: string | null
  digest: string | null
}

/** Takes an image reference apart; null when it is none. */
export function parseImage(reference: string): ImageRef | null {
  const [path = '', digest] = reference.split('@')
  const slash = path.lastIndexOf('/')
  const last = path.slice(slash + 1)
  const colon = last.indexOf(':')
  const name = colon < 0 ? last : last.slice(0, colon)
  if (!/^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/.test(name)) return null
  return {
    repository: slash < 0 ? '' : path.slice(0, slash),
    name,
    tag: colon < 0 ? null : last.slice(colon + 1),
    digest: digest ?? null,
  }
}

/**
 * Tags of the images each release of the network operator ships; from 25.7 on all are `network-operator-v<release>`.
 * Source: k8s-formats §15, read from hack/release.yaml of Mellanox/network-operator at every tag. Names never changed, but mofed → doca-driver in 24.1.
 */
const TAGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '23.7': {
    'nvidia-k8s-ipam': 'v0.0.3',
    'k8s-rdma-shared-dev-plugin': 'v1.3.2',
    'multus-cni': 'v3.9.3',
    plugins: 'v1.2.0-amd64',
    'ib-sriov-cni': 'v1.0.3',
    'sriov-cni': 'v2.7.0',
    whereabouts: 'v0.6.1-amd64',
    'ib-kubernetes': 'v1.0.2',
    'ipoib-cni': 'v1.1.0',
  },
  '24.1': {
    'nvidia-k8s-ipam': 'v0.1.1',
    'multus-cni': 'v3.9.3',
    plugins: 'v1.3.0',
    'ib-sriov-cni': 'v1.0.3',
    'sriov-cni': 'v2.7.0',
    whereabouts: 'v0.6.2',
    'ib-kubernetes': 'v1.0.2',
  },
  '24.7': {
    'nvidia-k8s-ipam': 'v0.2.0',
    'k8s-rdma-shared-dev-plugin': 'v1.5.1',
    'sriov-network-device-plugin': 'v3.7.0',
    'multus-cni': 'v3.9.3',
    plugins: 'v1.5.0',
    'ib-sriov-cni': 'v1.1.1',
    'sriov-cni': 'v2.8.1',
    whereabouts: 'v0.7.0',
    'ib-kubernetes': 'v1.0.2',
    'ipoib-cni': 'v1.2.0',
  },
  '24.10': {
    'nvidia-k8s-ipam': 'v0.2.0',
    'k8s-rdma-shared-dev-plugin': 'v1.5.2',
    'sriov-network-device-plugin': 'v3.8.0',
    'multus-cni': 'v4.1.0',
    plugins: 'v1.5.0',
    'ib-sriov-cni': 'v1.1.1',
    'sriov-cni': 'v2.8.1',
    whereabouts: 'v0.7.0',
    'ib-kubernetes': 'v1.1.0',
    'ipoib-cni': 'v1.2.0',
  },
  '25.1': {
    'nvidia-k8s-ipam': 'v0.2.0',
    'k8s-rdma-shared-dev-plugin': 'v1.5.2',
    'sriov-network-device-plugin': 'v3.9.0',
    'multus-cni': 'v4.1.0',
    plugins: 'v1.5.0',
    'ib-sriov-cni': 'v1.1.1',
    'sriov-cni': 'v2.8.1',
    whereabouts: 'v0.7.0',
    'ib-kubernetes': 'v1.1.0',
    'ipoib-cni': 'v1.2.1',
  },
  '25.4': {
    'nvidia-k8s-ipam': 'v0.3.7',
    'k8s-rdma-shared-dev-plugin': 'v1.5.3',
    'sriov-network-device-plugin': 'v3.9.0',
    'multus-cni': 'v4.1.0',
    plugins: 'v1.6.2-update.1',
    'ib-sriov-cni': 'v1.2.1',
    'sriov-cni': 'v2.8.1',
    whereabouts: 'v0.7.0',
    'ib-kubernetes': 'v1.1.1',
    'ipoib-cni': 'v1.2.2',
  },
}

/** First release whose images all carry the operator's own tag and live in one registry. */
const ONE_TAG_SINCE = '25.7'
const ONE_REPOSITORY = 'nvcr.io/nvidia/mellanox'

/** Names people write for an image, and what it is really called. The right name has been the same since 23.7. */
const ALIASES: Readonly<Record<string, string>> = {
  'nv-ipam': 'nvidia-k8s-ipam',
  nvipam: 'nvidia-k8s-ipam',
  'k8s-ipam': 'nvidia-k8s-ipam',
  'nvidia-ipam': 'nvidia-k8s-ipam',
  'nv-ipam-node': 'nvidia-k8s-ipam',
  'nv-ipam-controller': 'nvidia-k8s-ipam',
  'rdma-shared-device-plugin': 'k8s-rdma-shared-dev-plugin',
  'k8s-rdma-shared-device-plugin': 'k8s-rdma-shared-dev-plugin',
  'rdma-shared-dp': 'k8s-rdma-shared-dev-plugin',
  'sriov-device-plugin': 'sriov-network-device-plugin',
  'cni-plugins': 'plugins',
  'containernetworking-plugins': 'plugins',
  'ofed-driver': 'doca-driver',
  'mofed-driver': 'doca-driver',
}

/** The right name for a common wrong one; null where the name is not a known mistake. */
export function rightName(name: string): string | null {
  return ALIASES[name] ?? null
}

/** Release series `25.7` of a version or tag such as `v25.7.0`, `network-operator-v25.10.0-beta.3`, `doca3.2.0-25.10-1.2.8.0-2`. */
export function releaseSeries(tag: string): string | null {
  const operator = /^(?:network-operator-)?v?(\d{2}\.\d{1,2})\.\d{1,3}(?:$|[-+.])/.exec(tag)?.[1]
  const ofed = /^(?:doca\d+\.\d+\.\d+-)?(\d{2}\.\d{2})-\d/.exec(tag)?.[1]
  const found = operator ?? ofed
  return found === undefined ? null : found.replace(/\.0(\d)$/, '.$1')
}

/** Order of two release series; negative when `a` is older. */
export function compareSeries(a: string, b: string): number {
  const [left = 0, leftMinor = 0] = a.split('.').map(Number)
  const [right = 0, rightMinor = 0] = b.split('.').map(Number)
  return left - right || leftMinor - rightMinor
}

/** Where and under which tag a release ships an image; null where this is not known. */
export function shippedAs(
  name: string,
  release: { version: string; series: string },
): { repository: string; tag: string } | null {
  if (compareSeries(release.series, ONE_TAG_SINCE) >= 0)
    return name === 'doca-driver' ? null : { repository: ONE_REPOSITORY, tag: `network-operator-v${release.version}` }
  const tag = TAGS[release.series]?.[name]
  return tag === undefined ? null : { repository: 'ghcr.io/mellanox', tag }
}

/** Releases that ship this tag of an image; empty where the tag is of none we know. */
export function releasesOfTag(name: string, tag: string): readonly string[] {
  const series = releaseSeries(tag)
  if (series !== null && (tag.startsWith('network-operator-') || name === 'doca-driver')) return [series]
  return Object.keys(TAGS).filter((release) => TAGS[release]?.[name] === tag)
}
