/** NCCL_IB_HCA as NCCL reads it: a list of name prefixes, or exact names after `=`; `^` excludes instead (NCCL user guide). */
export interface HcaFilter {
  exclude: boolean
  exact: boolean
  names: readonly string[]
}

/** Reads the value; ports (`mlx5_0:1`) are dropped. */
export function parseHcaFilter(value: string): HcaFilter {
  const exclude = value.startsWith('^')
  const rest = exclude ? value.slice(1) : value
  const exact = rest.startsWith('=')
  const names = (exact ? rest.slice(1) : rest).split(',').map((each) => each.trim().split(':')[0] ?? '')
  return { exclude, exact, names: names.filter((each) => each !== '') }
}

/** True when the name of the list means this device. */
export function means(filter: HcaFilter, name: string, device: string): boolean {
  return filter.exact ? name === device : device.startsWith(name)
}
