import { isAbsolute, join } from 'node:path'
import type { KubeRead } from '@/lib/read'

/** `/api/v1/nodes`, `/apis/mellanox.com/v1alpha1/nicclusterpolicies`; all namespaces. */
export function collectionPath(read: Pick<KubeRead, 'group' | 'version' | 'plural'>): string {
  const root = read.group === '' ? `/api/${read.version}` : `/apis/${read.group}/${read.version}`
  return `${root}/${read.plural}`
}

/** Adds a query to a path; undefined values are left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`],
  )
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

/** Path of a pod's log. */
export function logPath(namespace: string, pod: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`
}

/** A file named in a kubeconfig: relative to the kubeconfig's own folder. */
export function relativeTo(folder: string, file: string): string {
  return isAbsolute(file) ? file : join(folder, file)
}

/** True for the names and addresses of this machine's loopback. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
