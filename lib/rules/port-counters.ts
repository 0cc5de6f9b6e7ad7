import { FLAP } from './profile-numbers'

/** When an error counter that grows is a fault. Everything is judged by growth: the counts since driver load say nothing of now. */
export interface CounterRule {
  counter: string
  /** What it counts, in a word or two. */
  means: string
  /** So much within so many hours fails; less warns. Null: growth only warns. */
  fails: { count: number; hours: number } | null
  source: string
}

const NVSENTINEL = 'NVSentinel nic-health-monitor (research/peers.md §1.5, §4.4)'
const H5 = 'research/host-formats.md §5 (counters that should not grow)'

/**
 * Counters under `ports/N/counters` and `hw_counters` that are looked at. Left out: `out_of_sequence` (adaptive routing reorders by design),
 * `req_cqe_error` and `resp_cqe_error` (each closing connection flushes its queue), `port_xmit_wait` (congestion).
 */
export const COUNTER_RULES: readonly CounterRule[] = [
  {
    counter: 'link_downed',
    means: 'link losses',
    fails: { count: FLAP.value.count, hours: FLAP.value.hours },
    source: FLAP.source,
  },
  {
    counter: 'symbol_error',
    means: 'bit errors',
    fails: { count: 120, hours: 1 },
    source: `IBTA bit error rate, ${NVSENTINEL}`,
  },
  {
    counter: 'local_link_integrity_errors',
    means: 'link integrity errors',
    fails: { count: 1, hours: 1 },
    source: NVSENTINEL,
  },
  {
    counter: 'excessive_buffer_overrun_errors',
    means: 'buffer overruns',
    fails: { count: 1, hours: 1 },
    source: NVSENTINEL,
  },
  {
    counter: 'link_error_recovery',
    means: 'link recoveries',
    fails: { count: 300, hours: 1 },
    source: `5 a minute, ${NVSENTINEL}`,
  },
  { counter: 'port_rcv_errors', means: 'damaged packets', fails: null, source: H5 },
  { counter: 'port_xmit_discards', means: 'packets dropped', fails: null, source: H5 },
  { counter: 'local_ack_timeout_err', means: 'lost acknowledgements', fails: null, source: H5 },
  { counter: 'rnr_nak_retry_err', means: 'receivers not ready', fails: null, source: H5 },
]

/** The rule of a counter; undefined for one that is not looked at. */
export function counterRule(counter: string): CounterRule | undefined {
  return COUNTER_RULES.find((rule) => rule.counter === counter)
}
