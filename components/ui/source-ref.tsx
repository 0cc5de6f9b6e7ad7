/** Whether a text is an absolute https address without credentials; anything else stays text (SEC-18). */
export function isSafeLink(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === 'https:' && url.username === '' && url.password === ''
}

/** A source as a link if it is a plain https address, showing the whole address; else as text. */
export function SourceRef({ text }: { text: string }) {
  if (!isSafeLink(text)) return <span>{text}</span>
  return (
    <a href={text} rel="noopener noreferrer" target="_blank" className="link">
      {text}
    </a>
  )
}
