import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { isLoopback } from '@/lib/agent/config'
import { INTERNAL_HOST } from '@/lib/contract/internal-host'

/** Host names this Cairn answers to, and the scheme pages are loaded with. */
export interface Site {
  hosts: readonly string[]
  scheme: 'http' | 'https'
  /** Address in links. */
  origin: string
}

/** Works out the site from what is listened on (SEC-02, SEC-12). */
export function siteOf(listen: { host: string; port: number; publicOrigin?: string | undefined }): Site {
  const own = isLoopback(listen.host)
    ? [bracketed(listen.host), '127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${listen.port}`)
    : [`${bracketed(listen.host)}:${listen.port}`]
  const bare = listen.port === 80 ? own.map((host) => host.replace(/:80$/, '')) : []
  const open = listen.publicOrigin === undefined ? null : new URL(listen.publicOrigin)
  return {
    hosts: [...new Set([...(open ? [open.host] : []), ...own, ...bare])],
    scheme: open?.protocol === 'https:' ? 'https' : 'http',
    origin: open ? open.origin : `http://${own[0]}`,
  }
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
}

/** Which Host a request came with: one of ours, the socket client's, or a foreign one (DNS rebinding → 421). */
export function hostKind(headers: IncomingHttpHeaders, site: Site): 'site' | 'internal' | 'foreign' {
  const host = headers.host ?? ''
  if (host === INTERNAL_HOST) return 'internal'
  return site.hosts.includes(host.toLowerCase()) ? 'site' : 'foreign'
}

/** True for a JSON body; a form or text/plain post can be sent across sites without asking. */
export function isJson(headers: IncomingHttpHeaders): boolean {
  return /^application\/json[ \t]*(?:;[ \t]*charset=utf-8[ \t]*)?$/i.test(headers['content-type'] ?? '')
}

/**
 * SEC-12: a changing request of a browser must come from a page of this very origin. A missing or `null` Origin is refused.
 * The page's origin must name the host the request was sent to.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, site: Site): boolean {
  const fetchSite = headers['sec-fetch-site']
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false
  const host = headers.host?.toLowerCase()
  const origin = headers.origin
  if (host === undefined || origin === undefined || !site.hosts.includes(host)) return false
  // Default ports are left out of Origin and Host alike, so the two texts are equal or the origins differ.
  return origin === `http://${host}`
    ? site.scheme === 'http' || isLocal(host)
    : origin === `https://${host}` && site.scheme === 'https'
}

function isLocal(host: string): boolean {
  return isLoopback(host.replace(/:\d+$/, ''))
}

/** Compares a sent CSRF token with the session's, in constant time. */
export function csrfMatches(sent: string | string[] | undefined, expected: string): boolean {
  if (typeof sent !== 'string') return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(sent), digest(expected))
}

/** The token of `Authorization: Bearer …`; null when there is none or it has another form. */
export function bearerOf(headers: IncomingHttpHeaders): string | null {
  return /^Bearer ([A-Za-z0-9._~+/=-]{16,512})$/.exec(headers.authorization ?? '')?.[1] ?? null
}
