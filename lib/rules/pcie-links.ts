import type { PciDevice } from '@/collectors/node/lspci/facts'
import type { Finding } from '@/lib/check'

/** A Gen6 card (ConnectX-8) at full width in a Gen5 slot: its platform's limit, and its GPU hangs on its own Gen6 switch (host-formats §9). */
export function isGen6InGen5(link: PciDevice['link']): boolean {
  return link?.capGtps === 64 && link.gtps === 32 && link.width !== null && link.width === link.capWidth
}

/** Own link, and the link above the switch where that is narrower than both its port and the function. GPUs: width only. */
export function slowLink(device: PciDevice, all: readonly PciDevice[]): Finding[] {
  const { link } = device
  if (!link) return []
  const width = link.width !== null && link.capWidth !== null && link.width < link.capWidth
  if (device.role === 'gpu' ? width : link.downgraded === true && !isGen6InGen5(link))
    return [
      {
        subject: device.pci,
        status: 'warn',
        summary: `runs at ${link.gtps ?? '?'} GT/s x${link.width ?? '?'}, can do ${link.capGtps ?? '?'} GT/s x${link.capWidth ?? '?'}`,
      },
    ]
  const above = all.find((each) => each.pci === device.parent)?.link
  if (!above || device.role === 'gpu' || above.width === null || above.capWidth === null || link.width === null)
    return []
  const able = Math.min(above.capWidth, link.width)
  return above.width < able
    ? [
        {
          subject: device.pci,
          status: 'warn',
          summary: `hangs on bridge ${device.parent}, which runs at x${above.width} of x${able}`,
        },
      ]
    : []
}

/** The bandwidth part of the driver's message. */
export function bandwidthWords(line: string): string {
  return line.replace(/^.*?: (?=\d)/, '').slice(0, 200)
}
