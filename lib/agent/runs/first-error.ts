import { createNcclReader } from '@/collectors/run/nccl-tests/reader'

/** Errors of our own programs, of Python and of torchrun, which NCCL's catalogue does not list. */
const OWN = /^cairn: ERROR |^(?:[A-Za-z_][\w.]*)?(?:Error|Exception): |Test (?:NCCL|CUDA) failure|^\S+: error: /

/** The first error NCCL or our programs name in a log, one line; null where there is none. */
export function firstErrorOf(text: string): string | null {
  const reader = createNcclReader()
  reader.push(text)
  return (
    reader.facts().firstCause?.line ??
    text
      .split('\n')
      .find((line) => OWN.test(line))
      ?.slice(0, 500) ??
    null
  )
}
