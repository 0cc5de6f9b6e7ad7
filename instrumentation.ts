/** Runs once when the web process starts: open streams must end on SIGTERM, or Next waits for their readers (F-60, DESIGN §7). */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { closeStreams } = await import('@/lib/web/streams')
  process.once('SIGTERM', closeStreams)
  process.once('SIGINT', closeStreams)
}
