import { expect, test } from 'vitest'
import { SIGNATURES } from '@/collectors/run/nccl-log/catalogue'
import { isBareRow } from './rows'

const ROW =
  '     8388608       2097152     float     sum      -1   161.41   51.97   97.45      0   160.43   52.29   98.04    N/A'

test('a bare row holds nothing that a signature looks for', () => {
  expect(isBareRow(ROW)).toBe(true)
  expect(isBareRow(ROW.replace('sum      -1', '              '))).toBe(true)
  const gates = SIGNATURES.flatMap((signature) => signature.gates)
  expect(gates.length).toBeGreaterThan(50)
  for (const gate of gates)
    for (const torn of [ROW + gate, `${ROW} ${gate}`, ROW.replace('sum', gate), ROW.replace('float', gate), gate + ROW])
      expect(isBareRow(torn), torn).toBe(false)
})

test('a row behind a prefix, with tabs or torn by a log line is no bare one', () => {
  for (const line of [
    `[1,0]<stdout>:${ROW}`,
    `0: ${ROW}`,
    ROW.replaceAll('    ', '\t'),
    `${ROW}host:1:2 [0] NCCL WARN x`,
  ])
    expect(isBareRow(line), line).toBe(false)
})
