import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import type { Format, Parsed } from '@/lib/format'
import { sampleCases } from '@/scripts/host-samples'
import devlink from '../devlink/format'
import mlxlink from '../mlxlink/format'
import mstStatus from '../mst-status/format'
import flint from './format'

type Fields = Readonly<Record<string, unknown>>
const NAMES: Readonly<Record<string, string>> = {
  psid: 'psid',
  pn: 'partNumber',
  fw: 'firmware',
  running_fw: 'runningFirmware',
  available: 'availableFirmware',
  status: 'updateStatus',
  base_guid: 'baseGuid',
  secure: 'secure',
  state: 'state',
  phys: 'physicalState',
  speed: 'speed',
  width: 'lanes',
  rate_gbps: 'rateGbps',
  recommendation: 'recommendation',
  mst: 'mst',
  rdma: 'rdma',
  net: 'net',
  numa: 'numaNode',
  running: 'runningFirmware',
  stored: 'storedFirmware',
  pending_fw: 'firmwarePending',
  type: 'type',
  device: 'device',
}

/** Compares the fields both sides know; null in the expectation must be null in the answer. */
function same(got: object | undefined, want: Fields) {
  expect(got).toBeDefined()
  for (const [theirs, value] of Object.entries(want))
    if (NAMES[theirs]) expect(got, theirs).toMatchObject({ [NAMES[theirs]]: value })
}

function cuts(format: Format<string, never>, text: string, whole: Parsed<object>) {
  const known = new Set(leaves(whole.facts))
  for (let at = 1; at < text.length; at += 1) {
    for (const leaf of leaves(format.parse(toCapture(text.slice(0, at))).facts))
      if (!known.has(leaf)) expect.fail(`cut at ${at}: ${leaf}`)
  }
}

function leaves(value: unknown, path = ''): string[] {
  if (value === null || value === undefined) return []
  if (typeof value !== 'object') return path.endsWith('complete') ? [] : [`${path}=${String(value)}`]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
}

describe.each([flint, mlxlink, mstStatus, devlink].map((format) => [format.kind, format] as const))(
  '%s',
  (kind, format) => {
    test.each(sampleCases(kind))('$file', ({ text, expected }) => {
      const want = expected as Fields & {
        rc?: number
        devices?: (Fields | unknown[])[]
        devs?: Record<string, Fields> | null
        columns?: string[]
      }
      const parsed = format.parse(toCapture(text))
      expect(format.recognise(toCapture(text))).toBeGreaterThanOrEqual(75)
      if (want.status === 'unknown') {
        expect(parsed.status).not.toBe('ok')
        expect(parsed.facts).toEqual({})
        return
      }
      expect(parsed.status).toBe('ok')
      const devices: Fields[] =
        'devices' in parsed.facts ? (parsed.facts.devices ?? []).map((device) => ({ ...device })) : []
      for (const raw of want.devices ?? []) {
        const row: Fields = Array.isArray(raw)
          ? Object.fromEntries(raw.map((cell, at) => [want.columns?.[at] ?? '', cell]))
          : raw
        same(
          devices.find((device: Fields) =>
            row.bdf ? String(device.pci).endsWith(String(row.bdf)) : device.device === row.device,
          ),
          row,
        )
      }
      for (const [pci, row] of Object.entries(want.devs ?? {}))
        same(
          devices.find((device) => device.pci === pci),
          row,
        )
      if (kind === 'mlxlink') same(parsed.facts, want)
      if (kind === 'flint' && !want.devices) same(devices[0], { ...want, pending_fw: want.pending_fw !== null })
      if (kind === 'mst-status')
        expect(parsed.facts).toMatchObject({ mstPciModule: want.mst_pci, mstPciconfModule: want.mst_pciconf })
      cuts(format as Format<string, never>, text, parsed)
    })
  },
)

test('a waiting image: flint prints Running, mlxfwmanager a second row, devlink different versions', () => {
  const query =
    'Image type:            FS4\nFW Version:            28.43.2026\nFW Version(Running):   28.41.1000\nFW Release Date:       7.11.2024\nPSID:                  MT_0000000838\n'
  expect(flint.parse(toCapture(query)).facts.devices).toMatchObject([
    { firmware: '28.43.2026', runningFirmware: '28.41.1000', firmwarePending: true },
  ])
  const manager =
    'Device #1:\n----------\n\n  Device Type:      ConnectX7\n  PSID:             MT_0000000838\n  PCI Device Name:  0000:18:00.0\n  Versions:         Current        Available\n     FW             28.43.2026     N/A\n     FW (Running)   28.41.1000     N/A\n\n  Status:           No matching image found\n'
  expect(flint.parse(toCapture(manager)).facts.devices).toMatchObject([
    {
      pci: '0000:18:00.0',
      firmware: '28.43.2026',
      runningFirmware: '28.41.1000',
      firmwarePending: true,
      availableFirmware: null,
    },
  ])
  const json =
    '{"info":{"pci/0000:18:00.0":{"driver":"mlx5_core","versions":{"fixed":{"fw.psid":"MT_1"},"running":{"fw.version":"28.41.1000"},"stored":{"fw.version":"255.255.65535"}}}}}\n'
  expect(devlink.parse(toCapture(json)).facts.devices).toMatchObject([
    { psid: 'MT_1', storedFirmware: null, firmwarePending: null },
  ])
})

test('mlxlink: BER floor and lanes are kept as printed; a port that is down has no speed', () => {
  const text =
    'State : Polling\nPhysical state : ETH_AN_FSM_ENABLE\nSpeed : N/A\nWidth : N/A\nSymbol Errors : 0\nSymbol BER : 15E-255\nEffective Physical BER : 15E-255\nRaw Physical Errors Per Lane : 12,0,3,4\nRaw Physical BER : 2E-10\nLink Error Recovery Counter : 1\n'
  expect(mlxlink.parse(toCapture(text)).facts).toMatchObject({
    speed: null,
    lanes: null,
    rateGbps: null,
    symbolErrors: 0,
    symbolBer: '15E-255',
    rawBer: '2E-10',
    rawErrorsPerLane: [12, 0, 3, 4],
    linkRecoveries: 1,
  })
})

test('mlxfwmanager: a card that would not open is no card of the answer, and none that opened is no answer', () => {
  const card = (pci: string, rows: string, status: string) =>
    `Device #1:\n----------\n\n  Device Type:      ConnectX7\n${rows}  PCI Device Name:  ${pci}\n  Base MAC:         N/A\n  Versions:         Current        Available\n     FW             ${rows ? '28.43.2026     N/A' : '--'}\n\n  Status:           ${status}\n\n`
  const good = card('0000:18:00.0', '  PSID:             MT_0000000838\n', 'No matching image found')
  const bad = card('0000:29:00.0', '', 'Failed to open device')
  const error = '-E- Failed to query 0000:29:00.0 device, error : Operation not permitted. MFE_CR_ERROR\n'
  expect(flint.parse(toCapture(good)).facts.complete).toBeUndefined()
  const mixed = flint.parse(toCapture(`${good}${bad}---------\n${error}`))
  expect(mixed).toMatchObject({ status: 'ok', facts: { complete: false } })
  expect(mixed.facts.devices).toMatchObject([{ firmware: '28.43.2026' }, { pci: '0000:29:00.0', firmware: null }])
  expect(flint.parse(toCapture(`${bad}---------\n${error}`))).toMatchObject({ status: 'denied', facts: {} })
})

test('mlxfwmanager --query-format XML: a card counts with its end', () => {
  const card = (pci: string) =>
    `    <Device pciName="${pci}" type="ConnectX5" psid="MT_0000000011" partNumber="MCX515A-CCA_Ax_Bx">\n      <Versions>\n        <FW current="16.28.2006" available="N/A"/>\n      </Versions>\n      <GUIDs Base_Guid="ec0d9a0300d90000" />\n      <Status>No matching image found</Status>\n    </Device>\n`
  const text = `<Devices>\n${card('/dev/mst/mt4119_pciconf0')}${card('0000:af:00.0').replace('</Device>', '')}`
  expect(flint.recognise(toCapture(text))).toBe(90)
  expect(flint.parse(toCapture(text)).facts.devices).toMatchObject([
    {
      device: '/dev/mst/mt4119_pciconf0',
      psid: 'MT_0000000011',
      partNumber: 'MCX515A-CCA_Ax_Bx',
      firmware: '16.28.2006',
      runningFirmware: null,
      availableFirmware: null,
      updateStatus: 'No matching image found',
      baseGuid: 'ec0d9a0300d90000',
    },
  ])
})
