/** An IP address as a number; 32 or 128 bits. */
export interface Ip {
  bits: 32 | 128
  value: bigint
}

/** A network: first and last address included. */
export interface Network {
  bits: 32 | 128
  prefix: number
  first: bigint
  last: bigint
}

/** Reads an IPv4 or IPv6 address; null for anything else. */
export function parseIp(text: string | null): Ip | null {
  if (text === null || text.length > 45) return null
  return text.includes(':') ? ipv6(text) : ipv4(text)
}

function ipv4(text: string): Ip | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((each) => /^(?:0|[1-9]\d{0,2})$/.test(each) && Number(each) < 256)) return null
  return { bits: 32, value: parts.reduce((sum, each) => sum * 256n + BigInt(each), 0n) }
}

function ipv6(text: string): Ip | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [left, right] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups = [...(left ?? []), ...(right ?? [])]
  const missing = 8 - groups.length
  if (!groups.every((each) => /^[0-9a-fA-F]{1,4}$/.test(each)) || (halves.length === 2 ? missing < 1 : missing !== 0))
    return null
  const all = halves.length === 2 ? [...(left ?? []), ...Array<string>(missing).fill('0'), ...(right ?? [])] : groups
  return { bits: 128, value: all.reduce((sum, each) => sum * 65536n + BigInt(`0x${each}`), 0n) }
}

/** Reads `10.0.0.0/24`; host bits are dropped. Null for anything else. */
export function parseNetwork(text: string | null): Network | null {
  const [address = '', length = ''] = text?.split('/') ?? []
  const ip = parseIp(address)
  if (ip === null || text?.split('/').length !== 2 || !/^\d{1,3}$/.test(length) || Number(length) > ip.bits) return null
  const prefix = Number(length)
  const size = 1n << BigInt(ip.bits - prefix)
  const first = (ip.value / size) * size
  return { bits: ip.bits, prefix, first, last: first + size - 1n }
}

/** True when the address lies in the network. */
export function inNetwork(ip: Ip, network: Network): boolean {
  return ip.bits === network.bits && ip.value >= network.first && ip.value <= network.last
}

/** True when two networks share an address. */
export function networksOverlap(a: Network, b: Network): boolean {
  return a.bits === b.bits && a.first <= b.last && b.first <= a.last
}

/** Addresses that nv-ipam hands out: for IPv4 without network and broadcast address, for IPv6 without the first (k8s-formats §8). */
export function usable(network: Network): bigint {
  const size = network.last - network.first + 1n
  if (network.bits === 128) return size - 1n
  return size > 2n ? size - 2n : size
}

/** Addresses from start to end, ends included; null where one is unreadable. */
export function rangeSize(start: string, end: string): bigint | null {
  const [a, b] = [parseIp(start), parseIp(end)]
  return a === null || b === null || a.bits !== b.bits || b.value < a.value ? null : b.value - a.value + 1n
}

/** True when the address lies in the range; null where something is unreadable. */
export function inRange(ip: string | null, start: string, end: string): boolean | null {
  const [at, a, b] = [parseIp(ip), parseIp(start), parseIp(end)]
  return at === null || a === null || b === null
    ? null
    : at.bits === a.bits && at.value >= a.value && at.value <= b.value
}
