/** What a server's first bytes are, seen beside ssh2 without touching its stream: tells F-03…F-07 apart and names algorithms. */
export interface ServerOffer {
  kex: string[]
  hostKey: string[]
  cipher: string[]
  mac: string[]
}

const MAX_PREAMBLE = 8 * 1024
const MAX_KEXINIT = 35_000
const FOREIGN = /^(?:HTTP\/|<!?[a-zA-Z]|[\x15\x16]\x03|RFB |220[ -]|\* OK|-ERR|\+OK)/

export class FirstBytes {
  bytes = 0
  /** The `SSH-…` line, without its end. */
  banner: string | null = null
  offer: ServerOffer | null = null
  private head: Buffer = Buffer.alloc(0)
  private done = false

  /** Returns `not-ssh` as soon as that is sure. */
  feed(chunk: Buffer): 'not-ssh' | 'more' {
    this.bytes += chunk.length
    if (this.done) return 'more'
    this.head = Buffer.concat([this.head, chunk.subarray(0, MAX_KEXINIT)])
    if (this.banner === null) {
      if (FOREIGN.test(this.head.toString('latin1', 0, 16))) return this.stop('not-ssh')
      const found = /(?:^|\n)(SSH-[^\r\n]{1,255})\r?\n/.exec(this.head.toString('latin1', 0, MAX_PREAMBLE + 300))
      if (!found?.[1]) return this.head.length > MAX_PREAMBLE ? this.stop('not-ssh') : 'more'
      this.banner = found[1]
      this.head = this.head.subarray(found.index + found[0].length)
    }
    this.offer = parseKexInit(this.head)
    if (this.offer || this.head.length > MAX_KEXINIT) this.stop('more')
    return 'more'
  }

  /** True when what came cannot be the start of a banner. */
  foreign(): boolean {
    if (this.banner !== null || this.bytes === 0) return false
    return !'SSH-'.startsWith(this.head.toString('latin1', 0, 4))
  }

  /** First 64 bytes, escaped. */
  sample(): string {
    return JSON.stringify(this.head.toString('latin1', 0, 64)).replace(
      /[\x7f-\xff]/g,
      (c) => `\\x${c.charCodeAt(0).toString(16)}`,
    )
  }

  private stop(verdict: 'not-ssh' | 'more'): 'not-ssh' | 'more' {
    this.done = true
    this.head = this.head.subarray(0, 256)
    return verdict
  }
}

/** SSH_MSG_KEXINIT (RFC 4253 §7.1) from the first unencrypted packet; null until it is whole. */
function parseKexInit(data: Buffer): ServerOffer | null {
  if (data.length < 22) return null
  const length = data.readUInt32BE(0)
  if (length > MAX_KEXINIT || data.length < 4 + length || data[5] !== 20) return null
  const lists: string[][] = []
  let at = 22
  while (lists.length < 6) {
    if (at + 4 > data.length) return null
    const size = data.readUInt32BE(at)
    if (at + 4 + size > 4 + length) return null
    lists.push(data.toString('latin1', at + 4, at + 4 + size).split(','))
    at += 4 + size
  }
  return { kex: lists[0] ?? [], hostKey: lists[1] ?? [], cipher: lists[3] ?? [], mac: lists[5] ?? [] }
}
