import { performance } from 'node:perf_hooks'
import { StringDecoder } from 'node:string_decoder'
import type { RawRead } from '@/lib/read'
import { answerOf } from './answer'
import { KubeFault, networkFault } from './fault'
import { Aborted, type KubeHttp } from './http'
import { logPath, withQuery } from './paths'
import type { KubeAnswer, LogEnd, LogOptions } from './types'

const MAX_BYTES = 1024 * 1024
const BODY_MS = 30_000
const NO_NODE = 'The pod has no node yet, so there is no log'

/** Reads a pod's log. What the API server says instead of a log (no node yet, container waiting, never restarted) is `absent`. */
export async function readLog(
  http: KubeHttp,
  namespace: string,
  pod: string,
  options: LogOptions,
  headersMs: number,
  now: () => number,
): Promise<RawRead> {
  const startedAt = new Date(now()).toISOString()
  const from = performance.now()
  const maxBytes = options.maxBytes ?? MAX_BYTES
  const answer = await ask(
    http,
    withQuery(logPath(namespace, pod), { ...query(options), limitBytes: maxBytes + 1 }),
    headersMs,
    maxBytes,
  )
  const ok = answer.status === 'ok' && answer.httpStatus !== 204
  const bytes = Buffer.from(answer.text)
  const cut = ok && bytes.length > maxBytes
  return {
    status: ok ? 'ok' : logStatus(answer),
    text: ok ? (cut ? new StringDecoder('utf8').write(bytes.subarray(0, maxBytes)) : answer.text) : '',
    stderr: '',
    exitCode: answer.httpStatus,
    cut,
    ...(ok ? {} : { reason: answer.httpStatus === 204 ? NO_NODE : (answer.reason ?? 'No log') }),
    startedAt,
    durationMs: Math.round(performance.now() - from),
  }
}

/** Streams a log until the container ends, the connection breaks, or the caller aborts. A quiet container is not an error. */
export async function streamLog(
  http: KubeHttp,
  namespace: string,
  pod: string,
  options: LogOptions,
  onChunk: (text: string) => void,
  headersMs: number,
  signal: AbortSignal,
): Promise<LogEnd> {
  try {
    const path = withQuery(logPath(namespace, pod), { ...query(options), follow: true })
    const open = await http.open({ method: 'GET', path, accept: '*/*', headersMs, signal })
    if (open.httpStatus === 204) {
      open.message.destroy()
      return { ended: 'error', reason: NO_NODE }
    }
    if (open.httpStatus !== 200) {
      const { reason } = await http.refusal(open, headersMs, signal)
      return { ended: 'error', reason: reason ?? `HTTP ${open.httpStatus}` }
    }
    return await new Promise<LogEnd>((resolve) => {
      const decoder = new StringDecoder('utf8')
      const finish = (end: LogEnd) => {
        signal.removeEventListener('abort', stop)
        open.message.destroy()
        resolve(end)
      }
      const stop = () => finish({ ended: 'aborted' })
      if (signal.aborted) return stop()
      signal.addEventListener('abort', stop)
      open.message.on('data', (chunk: Buffer) => {
        const text = decoder.write(chunk)
        if (text !== '') onChunk(text)
      })
      open.message.on('end', () => finish({ ended: 'complete' }))
      open.message.on('error', (error) => finish({ ended: 'error', reason: networkFault(error, http.host).message }))
    })
  } catch (error) {
    if (error instanceof Aborted) return { ended: 'aborted' }
    return { ended: 'error', reason: networkFault(error, http.host).message }
  }
}

function query(options: LogOptions): Record<string, string | number | boolean | undefined> {
  const { container, previous, tailLines, sinceTime, timestamps } = options
  return { container, previous: previous || undefined, tailLines, sinceTime, timestamps: timestamps || undefined }
}

/** 400 is how the server says that this container has no such log. */
function logStatus(answer: KubeAnswer): RawRead['status'] {
  if (answer.httpStatus === 204 || answer.httpStatus === 400) return 'absent'
  return answer.status
}

async function ask(http: KubeHttp, path: string, headersMs: number, maxBytes: number): Promise<KubeAnswer> {
  try {
    const answer = await http.send(
      { method: 'GET', path, accept: '*/*', gzip: !http.local, headersMs },
      BODY_MS,
      maxBytes + 64 * 1024,
    )
    // A container may print JSON with a JSON content type in between: a log is text whatever it says.
    return answer.httpStatus === 200 ? { ...answer, status: 'ok', body: null } : answer
  } catch (error) {
    return answerOf(error instanceof KubeFault ? error : networkFault(error, http.host))
  }
}
