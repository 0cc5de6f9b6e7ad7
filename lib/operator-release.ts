import { parseImage, releaseSeries } from './images'

/** The installed release of the network operator. */
export interface OperatorRelease {
  /** `25.7.0`. */
  version: string
  /** `25.7`. */
  series: string
}

/** The release by the image tag of the network operator's Deployment (k8s-formats §13); null where none tells. */
export function operatorRelease(
  deployments: readonly { component: string | null; images: readonly string[] }[] | undefined,
): OperatorRelease | null {
  for (const each of deployments ?? []) {
    if (each.component !== 'network-operator') continue
    for (const image of each.images) {
      const tag = parseImage(image)?.tag ?? ''
      const version = /^(?:network-operator-)?v?(\d{2}\.\d{1,2}\.\d{1,3}\S{0,40})$/.exec(tag)?.[1]
      const series = releaseSeries(tag)
      if (version !== undefined && series !== null) return { version, series }
    }
  }
  return null
}
