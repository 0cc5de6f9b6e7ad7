import type { TextLine } from '@/lib/explain/text-lines'
import type { TestError } from './facts'

/** What perftest prints when it fails, most telling first (perftest_resources.c, perftest_communication.c; host-formats §12). */
const MEANINGS: readonly (readonly [RegExp, TestError['code']])[] = [
  [
    /^(?:Did not detect devices|Unable to find the Infiniband\/RoCE device|No IB devices found|IB device \S+ not found)/,
    'no-rdma-device',
  ],
  [
    /^(?:Completion with error at (?:client|server)|Failed status[ -]|Bad wc status|A completion with Error|Poll (?:send |Receive )?CQ error status)/,
    'completion',
  ],
  [/^Did not get Message for \d+ Seconds/, 'lost'],
  [
    /^(?:Failed to modify QP|Unable to Connect the HCA's through the link|Found Incompatibility issue with GID types|Failed to create AH)/,
    'qp-setup',
  ],
  [
    /^(?:RDMA CM event error|Event: RDMA_CM_EVENT_|Received \d+ times ADDR_ERROR|rdma_resolve_(?:addr|route) failed|Unexpected CM event|unexpected CM event|Function rdma_connect failed|Unable to connect \(retries|Unable to perform rdma_(?:client|server) function)/,
    'peer-unreachable',
  ],
  [
    /^(?:Couldn't (?:connect to \S+:\d+|listen to port \d)|ethernet_read_keys: Couldn't read remote address|Unable to (?:init|set up) (?:the )?socket connection|Unable to open file descriptor for socket|Failed to exchange data between server and clients|Unable to (?:read|write) (?:to|from) socket)/,
    'control-connection',
  ],
  [/^Port number \d+ state is (?!Active$)\w/, 'never-connected'],
]

const OTHER =
  /^(?:Unable to |Couldn't |Failed to |Failed status|Completion with error|If device exists|Error: |scnt=|rcnt=|Problem in |ERRNO: |VALIDATION: FAILED|ERROR: )/

/** Any of the above, in one look at a line. */
const ERROR = new RegExp([OTHER, ...MEANINGS.map(([pattern]) => pattern)].map(({ source }) => source).join('|'))

/** Lines that report an error, trimmed, each once. */
export function errorLines(lines: readonly TextLine[]): string[] {
  const found = new Set<string>()
  for (const { text } of lines) if (ERROR.test(text) && !/^[sr]cnt=/.test(text)) found.add(text)
  return [...found].slice(0, 50)
}

/** Why the test failed; null where no line says so. The status is in brackets from 24.x on (`Failed status-… (12)`). */
export function errorOf(all: readonly TextLine[]): TestError | null {
  const lines = all.filter(({ text }) => ERROR.test(text))
  const code = MEANINGS.find(([pattern]) => lines.some(({ text }) => pattern.test(text)))?.[1]
  if (code === undefined) return null
  if (code !== 'completion') return { code }
  const statuses = lines.flatMap(
    ({ text, ended }) =>
      /^(?:Completion with error at \w{6} {1,8})?Failed status (\d{1,3}):/.exec(text)?.[1] ??
      /^Failed status-[^(]{1,80}\((\d{1,3})\):/.exec(text)?.[1] ??
      (ended ? (/^(?:Bad wc status (?:-- )?|Poll send CQ error status=)(\d{1,3})\b/.exec(text)?.[1] ?? []) : []),
  )
  return { code, wcStatus: statuses[0] === undefined ? null : Number(statuses[0]) }
}

/** Ends of a run before it sent anything: memory, queues, arguments (ctx_init and main of each test). */
export const NOT_SET_UP =
  /^(?:Couldn't (?:create IB resources|get context for the device|allocate MR|allocate PD|create CQ|init GPU context)|Failed to create MR\b|Parser function exited with Error|Unable to create (?:RDMA_CM resources|the resources needed by comm struct))/i

const MISSED = /^(?:Error: (?:BW result|Msg rate)\s+is below|VALIDATION: FAILED)/

/** True for a failure of the run itself that is no error of connecting or sending: not set up, a limit missed, wrong data. */
export function failedOtherwise(lines: readonly TextLine[]): boolean {
  return lines.some(({ text }) => NOT_SET_UP.test(text) || MISSED.test(text))
}
