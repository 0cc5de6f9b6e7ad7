import pino, { type Logger } from 'pino'
import { redact } from '@/lib/redact'
import { sanitiseLine } from '@/lib/sanitise'

export type Log = Logger

/**
 * JSON logs. Errors are the one place where upstream text gets in: it is sanitised and redacted first (SEC-28), stacks too.
 * Only named fields are logged; never headers, bodies or whole objects.
 */
export function createLog(destination?: pino.DestinationStream, level = 'info'): Log {
  return pino(
    {
      level,
      base: { name: 'cairn-agent' },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      hooks: {
        logMethod(args, method) {
          for (const [at, arg] of args.entries())
            if (typeof arg === 'string') args[at] = redact(sanitiseLine(arg, 2_000)).text
          method.apply(this, args)
        },
      },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

/** An error as it may be logged. */
export function describeError(error: unknown): { type: string; message: string; stack?: string; cause?: string } {
  if (!(error instanceof Error)) return { type: typeof error, message: redact(sanitiseLine(String(error), 1_000)).text }
  const frames = error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .join('\n')
  return {
    type: error.name,
    message: redact(sanitiseLine(error.message, 1_000)).text,
    ...(frames ? { stack: frames } : {}),
    ...(error.cause instanceof Error ? { cause: redact(sanitiseLine(error.cause.message, 500)).text } : {}),
  }
}
