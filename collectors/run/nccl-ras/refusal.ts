import { toolRefusal } from '@/lib/explain/tool-refusal'
import { notOk, type Parsed } from '@/lib/format'
import type { RasFacts } from './facts'

/** What the client prints when the job does not answer (src/ras/client.cc). */
const SILENT =
  /^(?:Failed to connect to the NCCL RAS service|Connecting to \S{1,260}: .{1,120}|Resolving \S{1,260}: .{1,120}|NCCL unexpectedly closed the connection|Connection timed out(?:; retrying\.\.\.)?|Unexpected response from NCCL: .{0,300}|Monitor mode activation failed: .{0,300})!?$/

/** True for the client's own words about a connection that failed, or a shell's about a client that is not there. */
export function isRasRefusal(text: string): boolean {
  return /^\s*(?:Failed to connect to the NCCL RAS service|NCCL unexpectedly closed the connection|Unexpected response from NCCL: )|\bncclras: (?:command )?not found|"ncclras": executable file not found/m.test(
    text,
  )
}

/** Why the client has no report; null where none of its errors stands in the text. */
export function rasRefusal(lines: readonly string[]): Parsed<RasFacts> | null {
  const silent = lines.slice(0, 2000).filter((line) => SILENT.test(line.trim()))
  if (silent.length > 0) {
    const errors = [...new Set(silent.map((line) => line.trim()))].slice(0, 20)
    const late = errors.every((line) => line.includes('timed out'))
    return notOk(late ? 'timeout' : 'unreachable', 'no-answer', 'no NCCL job answers on the RAS address', errors)
  }
  const refusal = toolRefusal(lines.filter((line) => line.includes('ncclras')))
  return refusal ? notOk(refusal.status, refusal.code, refusal.text, [refusal.line]) : null
}
