/** What the probe says about itself and its node. */
export interface Hello {
  mode: 'installed' | 'sent'
  digest: string
}

export interface IdentityFrame {
  bootId: string
  machineId: string
  hostname: string
  uptimeSec: number
  clockIso: string
  uid: number | null
}

/** One section as the probe framed it. `how`: `-` ran, `t` killed at its limit, `a` its tool is not there. */
export interface SectionFrame {
  id: string
  exitCode: number
  how: '-' | 't' | 'a'
  durationMs: number
  stdout: Buffer
  stdoutTotal: number
  stderr: Buffer
  stderrTotal: number
}

export type FrameEvent =
  | { kind: 'begin'; hello: Hello }
  | { kind: 'identity'; identity: IdentityFrame }
  | { kind: 'section'; frame: SectionFrame }
  /** The installed probe has no such section. */
  | { kind: 'unknown'; id: string }
  | { kind: 'error'; what: string }
  | { kind: 'end'; bootId: string }
  /** Bytes that are no frame of ours: nothing after them is believed (SEC-39). Last event. */
  | { kind: 'violation'; reason: string }

const MAX_HEADER = 512
/** Login banners and profile noise before the first frame. */
export const MAX_NOISE = 64 * 1024

const BEGIN = /^begin (installed|sent) ([0-9a-f]{16})$/
const IDENTITY = /^identity (\S{1,64}) (\S{1,64}) (\S{1,255}) ([0-9.]{1,20}|-) (\S{1,40}) (\d{1,10})$/
const SECTION = /^section (\S{1,130}) (\d{1,3}) ([-ta]) (\d{1,9}) (\d{1,9}) (\d{1,12}) (\d{1,9}) (\d{1,12})$/
const UNKNOWN = /^unknown (\S{1,130})$/
const END = /^end (\S{1,64})$/

/**
 * Reads the probe's frames from a byte stream. Sections must come once each, in the order asked for, with the nonce of this
 * request; before the first frame anything may come, between frames nothing. Pure but for its own buffer.
 */
export class FrameReader {
  private buffer: Buffer = Buffer.alloc(0)
  private state: 'noise' | 'header' | 'body' | 'done' = 'noise'
  private need = 0
  private header: Omit<SectionFrame, 'stdout' | 'stderr'> | null = null
  private errBytes = 0
  private next = 0
  private readonly mark: string
  private identified = false

  constructor(
    nonce: string,
    private readonly ids: readonly string[],
    private readonly maxBody: number,
    private readonly emit: (event: FrameEvent) => void,
  ) {
    this.mark = `@${nonce} `
  }

  /** True once `end`, `error` or `violation` was emitted. */
  get finished(): boolean {
    return this.state === 'done'
  }

  /** Noise seen before the first frame, for explaining why there was none. */
  noise(): string {
    return this.state === 'noise' ? this.buffer.toString('utf8', 0, 400) : ''
  }

  push(chunk: Buffer): void {
    if (this.state === 'done') return
    this.buffer = this.buffer.length === 0 ? chunk : Buffer.concat([this.buffer, chunk])
    while (this.step());
  }

  private step(): boolean {
    if (this.state === 'noise') return this.skipNoise()
    if (this.state === 'header') return this.readHeader()
    if (this.state === 'body') return this.readBody()
    return false
  }

  private skipNoise(): boolean {
    const mark = `${this.mark}begin `
    const at = this.buffer.indexOf(`\n${mark}`)
    const start = this.buffer.indexOf(mark) === 0 ? 0 : at < 0 ? -1 : at + 1
    if (start < 0) {
      if (this.buffer.length > MAX_NOISE)
        return this.violate('the login shell printed more than 64 KiB before the probe')
      return false
    }
    this.buffer = this.buffer.subarray(start)
    this.state = 'header'
    return true
  }

  private readHeader(): boolean {
    const end = this.buffer.indexOf(10)
    if (end > MAX_HEADER || (end < 0 && this.buffer.length > MAX_HEADER))
      return this.violate('a frame header is too long')
    if (end < 0) return false
    const line = this.buffer.toString('latin1', 0, end)
    if (!line.startsWith(this.mark)) return this.violate('bytes between frames that the probe did not print')
    this.buffer = this.buffer.subarray(end + 1)
    return this.onHeader(line.slice(this.mark.length))
  }

  private onHeader(line: string): boolean {
    const begin = BEGIN.exec(line)
    if (begin?.[2]) {
      if (this.identified) return this.violate('the probe began twice')
      this.emit({ kind: 'begin', hello: { mode: begin[1] === 'installed' ? 'installed' : 'sent', digest: begin[2] } })
      return true
    }
    const identity = IDENTITY.exec(line)
    if (identity) {
      if (this.identified) return this.violate('the node named itself twice')
      this.identified = true
      this.emit({ kind: 'identity', identity: readIdentity(identity) })
      return true
    }
    if (!this.identified) return this.violate('a section before the identity')
    const end = END.exec(line)
    if (end?.[1]) {
      if (this.next < this.ids.length) return this.violate('the probe ended before its last section')
      this.state = 'done'
      this.emit({ kind: 'end', bootId: word(end[1]) })
      return false
    }
    if (line === 'error no-tmp') {
      this.state = 'done'
      this.emit({ kind: 'error', what: 'no-tmp' })
      return false
    }
    const unknown = UNKNOWN.exec(line)
    const section = SECTION.exec(line)
    const id = unknown?.[1] ?? section?.[1]
    if (id === undefined) return this.violate('a frame header that is not ours')
    if (id !== this.ids[this.next]) return this.violate('a section that was not asked for, or not in order')
    this.next++
    if (section) return this.startBody(section)
    this.emit({ kind: 'unknown', id })
    return true
  }

  private startBody(match: RegExpExecArray): boolean {
    const [out, outTotal, err, errTotal] = match.slice(5, 9).map(Number)
    if (out === undefined || outTotal === undefined || err === undefined || errTotal === undefined)
      return this.violate('sizes')
    if (out > outTotal || err > errTotal || out > this.maxBody || err > 65_536)
      return this.violate('a section larger than its cap')
    const exitCode = Number(match[2])
    if (exitCode > 255) return this.violate('an exit code above 255')
    const how = match[3] === 't' ? 't' : match[3] === 'a' ? 'a' : '-'
    this.header = {
      id: match[1] ?? '',
      exitCode,
      how,
      durationMs: Number(match[4]) * 10,
      stdoutTotal: outTotal,
      stderrTotal: errTotal,
    }
    this.errBytes = err
    this.need = out + err + 1
    this.state = 'body'
    return true
  }

  private readBody(): boolean {
    const { header, need, errBytes } = this
    if (header === null || this.buffer.length < need) return false
    const split = need - 1 - errBytes
    if (this.buffer[need - 1] !== 10) return this.violate('a section longer than its frame says')
    // Copies: a slice would keep the whole network buffer alive with the evidence.
    const stdout = Buffer.from(this.buffer.subarray(0, split))
    const stderr = Buffer.from(this.buffer.subarray(split, need - 1))
    this.buffer = this.buffer.subarray(need)
    this.state = 'header'
    this.emit({ kind: 'section', frame: { ...header, stdout, stderr } })
    return true
  }

  private violate(reason: string): false {
    this.state = 'done'
    this.buffer = Buffer.alloc(0)
    this.emit({ kind: 'violation', reason })
    return false
  }
}

function readIdentity(match: RegExpExecArray): IdentityFrame {
  const uptime = Number(match[4])
  const uid = Number(match[6])
  const clock = match[5] ?? ''
  return {
    bootId: word(match[1]),
    machineId: word(match[2]),
    hostname: word(match[3]),
    uptimeSec: Number.isFinite(uptime) ? uptime : 0,
    clockIso: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(clock) ? clock : '',
    uid: Number.isFinite(uid) ? uid : null,
  }
}

/** The probe prints `-` for a word the node could not tell. */
function word(text: string | undefined): string {
  return text === undefined || text === '-' || !/^[A-Za-z0-9._:-]+$/.test(text) ? '' : text
}
