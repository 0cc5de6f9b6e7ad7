/** Splits bytes into lines; holds at most `cap` bytes of an unfinished one. */
export class LineSplitter {
  private parts: Buffer[] = []
  private held = 0

  constructor(private readonly cap: number) {}

  /**
   * Takes bytes and calls `onLine` for every finished line, without its line end; stops when it returns false.
   * @returns false when a line is longer than the cap: the stream cannot be trusted any more.
   */
  push(chunk: Buffer, onLine: (line: string) => boolean): boolean {
    let from = 0
    for (;;) {
      const end = chunk.indexOf(10, from)
      const piece = chunk.subarray(from, end < 0 ? chunk.length : end)
      if (this.held + piece.length > this.cap) return false
      if (end < 0) {
        if (piece.length > 0) this.parts.push(piece)
        this.held += piece.length
        return true
      }
      const line =
        this.parts.length === 0 ? piece.toString('utf8') : Buffer.concat([...this.parts, piece]).toString('utf8')
      this.parts = []
      this.held = 0
      from = end + 1
      if (!onLine(line)) return true
    }
  }

  /** Bytes of the line that never ended. */
  get unfinished(): number {
    return this.held
  }
}
