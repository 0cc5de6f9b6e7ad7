/** A dynamic path segment as it was meant; the raw text where its escapes are broken. */
export function segment(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch {
    return raw
  }
}
