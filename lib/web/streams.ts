/** Open answers of the agent, so that a stopping web process can end them at once. */

declare global {
  /** Route handlers and instrumentation are bundled apart and share only the global object. */
  var cairnStreams: Set<() => void> | undefined
}

function registry(): Set<() => void> {
  globalThis.cairnStreams ??= new Set()
  return globalThis.cairnStreams
}

/** Registers an open stream by the function that ends it; returns how to forget it. */
export function holdStream(close: () => void): () => void {
  const streams = registry()
  streams.add(close)
  return () => streams.delete(close)
}

/** Ends every open stream when the process is asked to stop: Next would wait for their readers (DESIGN §7). */
export function endStreamsOnExit(): void {
  const end = () => {
    for (const close of [...registry()]) close()
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
}
