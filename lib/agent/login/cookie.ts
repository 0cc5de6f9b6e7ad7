/** Name of the session cookie; `__Host-` ties it to exactly this host over TLS (SEC-06). Secure is decided by configuration. */
export function cookieName(secure: boolean): string {
  return secure ? '__Host-cairn' : 'cairn_session'
}

/** The `Set-Cookie` value of a session; `maxAgeSec` 0 removes it. */
export function sessionCookie(id: string, secure: boolean, maxAgeSec: number): string {
  return `${cookieName(secure)}=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSec}${secure ? '; Secure' : ''}`
}

/** The session id of a `Cookie` header; null when absent or given twice (a sibling domain may have planted one). */
export function sessionIdOf(header: string | undefined, secure: boolean): string | null {
  if (header === undefined || header.length > 8_192) return null
  const name = cookieName(secure)
  const found = header.split(';').flatMap((part) => {
    const at = part.indexOf('=')
    return at > 0 && part.slice(0, at).trim() === name ? [part.slice(at + 1).trim()] : []
  })
  return found.length === 1 ? (found[0] ?? null) : null
}
