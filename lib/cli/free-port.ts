import { createServer } from 'node:net'

/** The wanted port, or the next free one after it; null when twenty in a row are taken. */
export async function freePort(host: string, wanted: number): Promise<number | null> {
  for (let port = wanted; port < Math.min(wanted + 20, 65_536); port += 1) if (await isFree(host, port)) return port
  return null
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host: host.replace(/^\[|\]$/g, ''), port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
