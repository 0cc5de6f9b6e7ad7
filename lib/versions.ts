/** Major and minor of a version such as `v1.33.4+k3s1` or `1.7.27-0ubuntu1`; null for anything else. */
export function majorMinor(text: string): readonly [number, number] | null {
  const match = /^v?(\d{1,3})\.(\d{1,4})(?:\.|\+|-|~|$)/.exec(text.trim())
  return match ? [Number(match[1]), Number(match[2])] : null
}

/** True when the version is older than the minimum. */
export function older(version: readonly [number, number], minimum: readonly [number, number]): boolean {
  return version[0] < minimum[0] || (version[0] === minimum[0] && version[1] < minimum[1])
}
