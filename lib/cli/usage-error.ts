/** The command line is wrong (exit 2); the message says what. */
export class UsageError extends Error {
  override name = 'UsageError'
}
