import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { sampleCases } from '@/scripts/host-samples'
import { isMstconfigFacts, type MstconfigFacts } from './facts'
import format from './format'
import { parseMstconfig } from './parse'

function facts(text: string): MstconfigFacts {
  const parsed = parseMstconfig(toCapture(text))
  if (parsed.status !== 'ok' || !isMstconfigFacts(parsed.facts))
    throw new Error(`${parsed.status}: ${parsed.reason?.text}`)
  return parsed.facts
}

describe.each(sampleCases('mstconfig'))('$file', ({ text, expected }) => {
  const want = expected as {
    devices: Record<string, unknown>[]
    errors?: string[]
    action_hint?: string
    bluefield_mode?: string
  }
  const parsed = parseMstconfig(toCapture(text))
  test('values', () => {
    expect(format.recognise(toCapture(text))).toBeGreaterThanOrEqual(60)
    if (want.devices.length === 0) {
      expect(parsed.status).not.toBe('ok')
      expect(parsed.facts).toEqual({})
      expect(parsed.errors).toEqual(want.errors)
      return
    }
    const got = facts(text)
    expect(got.devices).toHaveLength(want.devices.length)
    want.devices.forEach((device, at) => {
      const read = got.devices[at]
      expect(read).toMatchObject({
        index: device.index,
        type: device.type,
        name: device.name,
        device: device.device,
        pending: device.pending,
      })
      if (device.columns) expect(read?.columns).toEqual(device.columns)
      if (device.starred) expect([...(read?.modified ?? [])].sort()).toEqual([...(device.starred as string[])].sort())
      if (device.param_count) expect(read?.params).toHaveLength(device.param_count as number)
      for (const [name, values] of Object.entries(device.params as Record<string, Record<string, unknown>>)) {
        const row = read?.params.find((entry) => entry.name === name)
        for (const [column, value] of Object.entries(values)) {
          expect(row?.[column as 'next'] ?? null, `${name} ${column}`).toBe(value === 'N/A' ? null : String(value))
        }
      }
    })
    if (want.action_hint) expect(got.actionHint).toBe(want.action_hint)
    if (want.bluefield_mode) expect(got.devices[0]?.bluefieldMode).toBe(want.bluefield_mode)
  })
  test('a cut at any place yields the same values or fewer', () => {
    const whole = parsed.status === 'ok' ? flat(facts(text)) : new Set<string>()
    for (let at = 0; at < text.length; at += text.length > 4000 ? 7 : 1) {
      const cut = parseMstconfig(toCapture(text.slice(0, at)))
      if (cut.status !== 'ok' || !isMstconfigFacts(cut.facts)) continue
      for (const value of flat(cut.facts))
        if (!whole.has(value)) expect.fail(`cut at ${at}: ${value} is not in the whole capture`)
    }
  })
})

function flat(read: MstconfigFacts): Set<string> {
  return new Set(
    read.devices.flatMap((device) => [
      ...(device.type === null ? [] : [`${device.index} ${device.type}`]),
      ...device.params.flatMap((row) =>
        (['default', 'current', 'next', 'new'] as const).flatMap((column) =>
          row[column] == null ? [] : [`${device.index} ${row.name} ${column} ${row[column]}`],
        ),
      ),
      ...(device.effectiveVfs === null ? [] : [`${device.index} vfs ${device.effectiveVfs}`]),
    ]),
  )
}

const TABLE = `
Device #1:
----------

Device type:        ConnectX7           
Name:               MCX75310AAS-NEA_Ax  
Description:        a; b: c
Device:             0000:18:00.0        

Configurations:                                          Default             Current         Next Boot
        PF_NUM_OF_VF_VALID                          False(0)             True(1)              True(1)             
        PF_NUM_OF_VF                                0                    4                    4                   
*RO     NUM_OF_VFS                                  16                   N/A                  HOST_0(8)           
        SRIOV_EN                                    True(1)              True(1)              True(1)             
The '*' shows parameters with next value different from default/current value.

The 'RO' shows parameters which are for read only and cannot be changed
`

test('PF_NUM_OF_VF governs, N/A is not known, RO glues to the star', () => {
  const device = facts(TABLE).devices[0]
  expect(device?.effectiveVfs).toBe(4)
  expect(device?.readOnly).toEqual(['NUM_OF_VFS'])
  expect(device?.params.find((row) => row.name === 'NUM_OF_VFS')).toEqual({
    name: 'NUM_OF_VFS',
    default: '16',
    current: null,
    next: 'HOST_0(8)',
    pending: null,
  })
})

test('a table inside one log line, and behind a prefix on every line', () => {
  const inJson = `2026-01-02T03:04:05.1Z\tLEVEL(-2)\tutils/utils.go:1\tRunCommand()\t${JSON.stringify({ output: TABLE, error: null })}\n`
  const behind = TABLE.split('\n')
    .map((line) => `Jan 17 15:36:26 node-1 sh[12]: ${line}`)
    .join('\n')
  expect(facts(inJson).devices).toEqual(facts(TABLE).devices)
  expect(facts(behind).devices).toEqual(facts(TABLE).devices)
})

test('without the header no row has a meaning; without the block lines between, no row moves to another device', () => {
  expect(parseMstconfig(toCapture('*       NUM_OF_VFS     16     16     8\n')).status).not.toBe('ok')
  const second = TABLE.replace('Device #1', 'Device #2').replaceAll('18:00.0', '2a:00.0')
  const lost = (TABLE + second)
    .split('\n')
    .filter((line, at) => at < 18 || !/Configurations/.test(line))
    .join('\n')
  const read = facts(lost)
  expect(read.devices[0]?.pci).toBe('0000:18:00.0')
  expect(read.devices[1]?.params ?? []).toEqual([])
  expect(read.complete).toBe(false)
})

test('TLVs that could not be queried are named', () => {
  const read = facts(
    `${TABLE}-E- Failed to query some of the TLVs:\n    Failed to query the current values of the following TLVs:\n    nv_vf_settings nv_x \n\n`,
  )
  expect(read.failedTlvs).toEqual([
    { column: 'current', tlv: 'nv_vf_settings' },
    { column: 'current', tlv: 'nv_x' },
  ])
})

test('rows that grep left: one column is Next Boot, of several none has a meaning without its header', () => {
  const rows =
    '*       NUM_OF_VFS                  0        16       8\n        SRIOV_EN                    True(1)  True(1)  True(1)\n'
  expect(format.recognise(toCapture(rows))).toBe(50)
  expect(parseMstconfig(toCapture(rows))).toMatchObject({ status: 'unreadable', facts: {} })
  expect(format.recognise(toCapture('NUM_OF_VFS=16\nSRIOV_EN=1\n'))).toBe(0)
  expect(format.recognise(toCapture('HUGEPAGES_TOTAL   24\n'))).toBe(0)
  const one = '        FLEX_PARSER_PROFILE_ENABLE    4\n        CQE_COMPRESSION               AGGRESSIVE(1)\n'
  expect(format.recognise(toCapture(one))).toBe(50)
  expect(facts(one)).toMatchObject({
    devices: [
      {
        index: null,
        device: null,
        columns: ['next'],
        params: [
          { name: 'FLEX_PARSER_PROFILE_ENABLE', next: '4' },
          { name: 'CQE_COMPRESSION', next: 'AGGRESSIVE(1)' },
        ],
        pending: null,
        effectiveVfs: null,
      },
    ],
    complete: false,
  })
  // A cut inside a row of three columns leaves no whole line.
  expect(parseMstconfig(toCapture('        NUM_OF_VFS     16')).status).not.toBe('ok')
})
