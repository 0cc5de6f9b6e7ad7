/** Finds a PCI address in any of its spellings: with or without domain, eight-digit domain, inside a path, upper case. */
const PCI =
  /(?<![0-9a-fA-F:.])(?:([0-9a-fA-F]{4}|[0-9a-fA-F]{8}):)?([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\.([0-7])(?![0-9a-fA-F])/

/** The PCI address in a text as `dddd:bb:dd.f`, lower case (EXPLAIN §2 rule 3); null when there is none. */
export function pciAddress(text: string | null | undefined): string | null {
  const match = text?.includes(':') ? PCI.exec(text) : null
  if (!match) return null
  const [, domain, bus, device, fn] = match
  return `${(domain ?? '0000').slice(-4)}:${bus}:${device}.${fn}`.toLowerCase()
}
