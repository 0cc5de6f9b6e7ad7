import { jsonValues } from '@/lib/explain/json-values'
import type { TextLine } from '@/lib/explain/text-lines'
import type { PerftestFacts, PerftestRow } from './facts'
import { finished } from './table'

const ROWS: Readonly<Record<string, keyof PerftestRow>> = {
  MsgSize: 'sizeBytes',
  n_iterations: 'iterations',
  sl: 'sl',
  BW_peak: 'peak',
  BW_average: 'average',
  MsgRate: 'msgRateMpps',
  t_min: 'minUsec',
  t_max: 'maxUsec',
  t_typical: 'typicalUsec',
  t_avg: 'averageUsec',
  t_stdev: 'stdevUsec',
  percentile_99: 'p99Usec',
  'percentile_99.9': 'p999Usec',
  tps_average: 'tps',
}

/** What `--out_json` holds; up to 4.5-0.20 it is no valid JSON (keys without quotes, commas at the end), and it names no unit. */
export type JsonTest = Pick<
  PerftestFacts,
  | 'test'
  | 'device'
  | 'qps'
  | 'mtuBytes'
  | 'linkType'
  | 'gidIndex'
  | 'bidirectional'
  | 'gpuMemory'
  | 'jsonValid'
  | 'rows'
> & { ended: boolean }

const STARTS = /^"?(?:test_info|results)"?\s*:\s*\{/

const MEMBER = /^"?([A-Za-z][\w. *]{0,40}?)"?\s*:\s*(.*?),?$/

/** Reads the lines of the JSON file, one key a line; null where there are none. */
export function jsonTest(lines: readonly TextLine[], text: string): JsonTest | null {
  if (!lines.some((line) => STARTS.test(line.text))) return isPrintedOtherwise(text) ? reprinted(text) : null
  const found = new Map<string, string>()
  let depth = 0
  let ended = false
  for (const line of lines) {
    if (line.text.endsWith('{')) depth += 1
    else if (line.text === '}' || line.text === '},') depth -= 1
    else if (depth > 0 && line.ended) {
      const [, key, value = ''] = MEMBER.exec(line.text) ?? []
      if (key !== undefined && !found.has(key)) found.set(key, unquoted(value))
    }
    if (depth === 0 && line.text.startsWith('}')) ended = true
  }
  return testOf(
    found,
    ended,
    ended ? jsonValues(text).some(({ value, complete }) => complete && isObject(value)) : null,
  )
}

/** True for the file's JSON when another program printed it anew, on one line (`jq -c`). */
export function isPrintedOtherwise(text: string): boolean {
  return /^[ \t]*\{ ?"(?:test_info|results)" ?: ?\{ ?"/m.test(text)
}

function reprinted(text: string): JsonTest | null {
  for (const { value, complete } of jsonValues(text)) {
    if (!isObject(value)) continue
    const members = [value.test_info, value.results].filter(isObject).flatMap((part) => Object.entries(part))
    if (members.length > 0)
      return testOf(new Map(members.map(([key, each]) => [key, String(each)])), complete, complete || null)
  }
  return null
}

/** What the keys say: of the file they stand in, `ended` to its end. */
function testOf(found: ReadonlyMap<string, string>, ended: boolean, jsonValid: boolean | null): JsonTest {
  const word = (key: string) => found.get(key) || null
  const number = (key: string) => (/^\d{1,9}$/.test(found.get(key) ?? '') ? Number(found.get(key)) : null)
  const title = titleOf(word('test'))
  const values: Partial<Record<keyof PerftestRow, number>> = {}
  for (const [key, field] of Object.entries(ROWS)) {
    const value = found.get(key) ?? ''
    if (/^\d{1,18}(?:\.\d{1,9})?$/.test(value)) values[field] = Number(value)
  }
  const row = finished(values, null)
  return {
    ended,
    test: title,
    device: word('Device'),
    qps: number('Number_of_qps'),
    mtuBytes: number('Mtu'),
    linkType: word('Link_type'),
    gidIndex: number('GID_index'),
    bidirectional: title === null ? null : / Bidirectional /.test(` ${title} `),
    gpuMemory: found.has('cuda_device') || word('Use_ROCm_memory') === 'ON' ? true : null,
    jsonValid,
    rows: row ? [row] : [],
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const unquoted = (value: string) => value.replace(/^"(.*)"$/, '$1')

/** `RDMA_Write_BW_Test` → `RDMA_Write BW`. */
function titleOf(name: string | null): string | null {
  const match =
    /^(Send_imm|Send|RDMA_Write_imm|RDMA_Write|RDMA_Read|Atomic)(_CMP_AND_SWAP|_FETCH_AND_ADD)?(_Bidirectional)?(_Post_List)?(_BW|_Latency)?_[Tt]est$/.exec(
      name ?? '',
    )
  if (!match) return null
  const [, verb, atomic, both, list, kind] = match
  const words = [verb, atomic?.slice(1), both?.slice(1), list?.slice(1).replace('_', ' '), kind?.slice(1)]
  return words.filter((each) => each !== undefined).join(' ')
}
