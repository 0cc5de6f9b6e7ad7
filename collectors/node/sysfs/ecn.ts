import { decimal, type Entry } from './entries'

/** DCQCN switches of a network device (OFED/DOCA drivers only). */
export interface Ecn {
  netdev: string
  /** Priorities with the notification point on. */
  npPriorities: number[]
  /** Priorities with the reaction point on. */
  rpPriorities: number[]
  cnpDscp: number | null
  cnpPriority: number | null
}

const FILE = /^([^/]+)\/ecn\/roce_(np|rp)\/(?:enable\/([0-7])|(cnp_dscp|cnp_802p_prio))$/

/** Reads `NETDEV/ecn/roce_{np,rp}/…`. */
export function toEcn(list: readonly Entry[]): Ecn[] {
  const found = new Map<string, Ecn>()
  for (const { path, value } of list) {
    const match = value !== null && path.includes('/ecn/') ? FILE.exec(path) : null
    if (!match) continue
    const [, netdev = '', point, priority, file] = match
    const ecn = found.get(netdev) ?? { netdev, npPriorities: [], rpPriorities: [], cnpDscp: null, cnpPriority: null }
    found.set(netdev, ecn)
    const priorities = point === 'np' ? ecn.npPriorities : ecn.rpPriorities
    if (priority !== undefined && value === '1' && !priorities.includes(Number(priority)))
      priorities.push(Number(priority))
    if (file === 'cnp_dscp') ecn.cnpDscp = decimal(value)
    if (file === 'cnp_802p_prio') ecn.cnpPriority = decimal(value)
  }
  for (const ecn of found.values()) {
    ecn.npPriorities.sort()
    ecn.rpPriorities.sort()
  }
  return [...found.values()]
}
