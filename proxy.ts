import { type NextRequest, NextResponse } from 'next/server'

/** Request headers that only frameworks and proxies may set; a browser that sends them is up to something (SEC-14). */
const STRIPPED = /^(x-middleware-|x-forwarded-|x-nextjs-data|x-matched-path|x-invoke-|next-action|next-resume|x-nonce)/

/** Content security policy of a page: only our own scripts, by nonce (SEC-16). A frozen page may not even call us (SEC-23). */
function policy(nonce: string, isFrozen: boolean): string {
  const dev = process.env.NODE_ENV === 'development'
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    dev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    dev ? "connect-src 'self' ws:" : isFrozen ? "connect-src 'none'" : "connect-src 'self'",
    isFrozen ? "form-action 'none'" : "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ')
}

/** Sets the nonce and headers of pages. Never decides who may see what: that is the agent's. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  const isFrozen = request.nextUrl.pathname.startsWith('/s/')
  const csp = policy(nonce, isFrozen)
  const headers = new Headers(request.headers)
  for (const name of [...headers.keys()]) if (STRIPPED.test(name)) headers.delete(name)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', csp)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', csp)
  if (isFrozen) {
    response.headers.set('x-robots-tag', 'noindex, nofollow, noarchive')
    response.headers.set('cache-control', 'no-store')
  }
  return response
}

/** Pages only. API bodies must not pass here: Next buffers and truncates bodies at 10 MB on their way through a proxy. */
export const config = { matcher: ['/((?!api/|_next/static|healthz$|readyz$|metrics$|icon.svg$).*)'] }
