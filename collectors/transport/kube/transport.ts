import { setMaxListeners } from 'node:events'
import { answerOf } from './answer'
import { Credentials } from './credentials'
import { KubeFault, networkFault } from './fault'
import { Aborted, KubeHttp } from './http'
import { findTarget, type KubeTarget } from './kubeconfig'
import { Bucket } from './limits'
import { readLog, streamLog } from './logs'
import { CollectionLoop, type LoopContext } from './loop'
import { reviewAccess } from './review'
import type { KubeAnswer, KubeMode, KubeOptions, KubeTimings, KubeTransport, RequestOptions } from './types'

/** Fault matrix §2.4 of the reliability research: request 10 s, page 500, watch 240–300 s, backoff 1–30 s with full jitter. */
export const TIMINGS: KubeTimings = {
  requestMs: 10_000,
  watchSilenceMs: 90_000,
  watchSec: [240, 300],
  backoffMs: [1_000, 30_000],
  retryAbsentMs: 60_000,
  connectsPerMinute: 30,
  rate: { perSecond: 5, burst: 40 },
  pageSize: 500,
}

const MAX_BYTES = 16 * 1024 * 1024

/**
 * Opens the way to a cluster; asks it nothing yet.
 * @throws KubeConfigError when the kubeconfig or the cluster's own credentials cannot be used.
 */
export async function createKubeTransport(mode: KubeMode, options: KubeOptions = {}): Promise<KubeTransport> {
  return transportTo(await findTarget(mode), options)
}

/** A transport to a server already found. */
export function transportTo(target: KubeTarget, options: KubeOptions = {}): KubeTransport {
  const now = options.now ?? Date.now
  const timings: KubeTimings = { ...TIMINGS, ...options.timings }
  const http = new KubeHttp(target, new Credentials(target.source, now))
  const context: LoopContext = {
    http,
    timings,
    bucket: new Bucket(timings.rate),
    now,
    random: options.random ?? Math.random,
    note: options.onNote ?? (() => {}),
  }
  const closing = new AbortController()
  setMaxListeners(0, closing.signal)
  const running = new Set<Promise<unknown>>()

  const request: KubeTransport['request'] = async (method, path, body, asked: RequestOptions = {}) => {
    const timeoutMs = asked.timeoutMs ?? timings.requestMs
    const call = {
      method,
      path,
      body: body === undefined ? undefined : JSON.stringify(body),
      contentType: asked.contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : undefined),
      gzip: !http.local,
      headersMs: timeoutMs,
      signal: asked.signal ?? closing.signal,
    }
    try {
      return await http.send(call, timeoutMs, asked.maxBytes ?? MAX_BYTES)
    } catch (error) {
      return failed(error, http.host)
    }
  }

  return {
    server: target.server.href.replace(/\/$/, ''),
    context: target.context,
    clusterName: target.clusterName,
    warnings: target.warnings,
    watch(collectors, sink, signal) {
      const stopping = linked(signal, closing.signal)
      const loops = collectors.map((collector) => new CollectionLoop(collector, sink, context, stopping.signal).run())
      const all: Promise<unknown> = Promise.all(loops).finally(() => {
        stopping.release()
        running.delete(all)
      })
      running.add(all)
    },
    get: (path, asked) => request('GET', path, undefined, asked),
    request,
    log: (namespace, pod, asked = {}) => readLog(http, namespace, pod, asked, timings.requestMs, now),
    async followLog(namespace, pod, asked, onChunk, signal) {
      const stopping = linked(signal, closing.signal)
      try {
        return await streamLog(http, namespace, pod, asked, onChunk, timings.requestMs, stopping.signal)
      } finally {
        stopping.release()
      }
    },
    review: (wanted, namespaces = ['default', 'kube-system']) =>
      reviewAccess((path, body) => request('POST', path, body), wanted, namespaces, new Date(now()).toISOString()),
    async close() {
      closing.abort()
      await Promise.all(running)
      http.close()
    },
  }
}

function failed(error: unknown, host: string): KubeAnswer {
  if (error instanceof Aborted) return answerOf(new KubeFault('timeout', 'The request was given up'))
  return answerOf(networkFault(error, host))
}

/** One signal from two, with listeners that can be taken away: AbortSignal.any leaks on Node 20. */
function linked(a: AbortSignal, b: AbortSignal): { signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  // One listener per loop and request.
  setMaxListeners(0, controller.signal)
  const abort = () => controller.abort()
  if (a.aborted || b.aborted) abort()
  a.addEventListener('abort', abort)
  b.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    release() {
      a.removeEventListener('abort', abort)
      b.removeEventListener('abort', abort)
    },
  }
}
