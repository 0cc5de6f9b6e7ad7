import { describe, expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { sampleCases } from '@/scripts/host-samples'
import collector from './collector'
import format from './format'
import { parseMstfwreset } from './parse'

interface Want {
  rc: number
  levels?: Record<string, boolean>
  types?: Record<string, boolean>
  sync?: Record<string, boolean>
  [key: string]: unknown
}

describe.each(sampleCases('mstfwreset'))('$file', ({ text, expected }) => {
  const want = expected as Want
  test('values', () => {
    const parsed = parseMstfwreset(toCapture(text))
    expect(format.recognise(toCapture(text))).toBeGreaterThanOrEqual(70)
    if (want.rc !== 0) {
      expect(parsed.status).not.toBe('ok')
      expect(parsed.facts).toEqual({})
      return
    }
    expect(parsed.status).toBe('ok')
    const rows = (map: Record<string, boolean> | undefined) =>
      Object.entries(map ?? {}).map(([id, supported]) => ({ id: Number(id), supported }))
    if (want.levels) expect(parsed.facts.levels).toEqual(rows(want.levels))
    if (want.types) expect(parsed.facts.types).toEqual(rows(want.types))
    if (want.sync) expect(parsed.facts.syncs).toEqual(rows(want.sync))
    const names = {
      default_level: 'defaultLevel',
      default_type: 'defaultType',
      default_sync: 'defaultSync',
      reset_reason: 'resetReason',
      fwreset_without_reboot_possible: 'resetWithoutRebootPossible',
      device: 'device',
      running_fw: 'runningFirmware',
      pending_fw: 'pendingFirmware',
      pending_params: 'pendingParams',
      reset_needed: 'resetNeeded',
      steps_done: 'stepsDone',
      ok: 'done',
    } as const
    for (const [theirs, ours] of Object.entries(names))
      if (theirs in want) expect(parsed.facts, theirs).toMatchObject({ [ours]: want[theirs] })
    if ('level' in want) expect('device' in want ? parsed.facts.actionLevel : parsed.facts.level).toBe(want.level)
  })
})

test('status: parameters without a current value are no evidence', () => {
  const status = {
    device: '0000:18:00.0',
    pending_fw_version: 'N/A (FW is up to date)',
    pending_nvconfig_parameters: [{ name: 'A', current: '', next_boot: '1' }],
    reset_needed: true,
    description_action: 'x',
    reasons: [],
  }
  expect(parseMstfwreset(toCapture(JSON.stringify(status, null, 2))).facts).toMatchObject({
    pendingParams: null,
    resetNeeded: null,
  })
})

test('a refused reset exits 0 and is not done', () => {
  const text =
    'The reset level for device, 0000:18:00.0 is:\n\n3: Driver restart and PCI reset\nContinue with reset?[y/N] y\nSome drivers attached to the GPU are still loaded, please unload them.\nHere is the lsmod output:\nnvidia_uvm 1 0\n'
  expect(parseMstfwreset(toCapture(text)).facts).toMatchObject({
    level: 3,
    done: false,
    refusedBy: 'gpu-drivers',
    stepsDone: 0,
  })
})

test('live answers are kept apart by card', () => {
  const answer = (text: string) => ({ text, stderr: '', exitCode: 0, cut: false })
  const good =
    '\nReset-levels:\n3: Driver restart and PCI reset                                  -Supported     (default)\n'
  const facts = collector.parse({
    query: answer(
      `=== 0000:18:00.0\n${good}=== 0000:2a:00.0\n-E- Failed to Identify Device: 0000:2a:00.0, mopen: No such file or directory\n.\n`,
    ),
  })
  expect(facts.devices.map((device) => device.pci)).toEqual(['0000:18:00.0'])
  expect(facts.unread.map((device) => device.pci)).toEqual(['0000:2a:00.0'])
  expect(() => collector.parse({ query: answer('=== 0000:18:00.0\n-E- Only root user can run this tool.\n') })).toThrow(
    'needs root',
  )
})

test('a type stays a type whatever its description says; before 4.11 levels stand under another heading', () => {
  const row = (text: string, end: string) => `${text.padEnd(65)}-${end}\n`
  const types = `Reset-types (relevant only for reset-levels 3,4):\n${row('0: Full chip reset', 'Supported     (default)')}${row('1: Phy-less reset ("port-alive" - network link will remain up)', 'Not Supported ')}\n`
  const levels = `Reset-levels:\n${row('3: Driver restart and PCI reset', 'Supported     (default)')}\n`
  expect(parseMstfwreset(toCapture(levels + types)).facts).toMatchObject({
    levels: [{ id: 3, supported: true }],
    types: [
      { id: 0, supported: true },
      { id: 1, supported: false },
    ],
  })
  const old = `Supported reset levels for loading FW on device, /dev/mst/mt4115_pciconf0:\n\n${row('0: Full ISFU', 'Not Supported')}${row('1: Driver restart (link/management will remain up)', 'Not Supported')}${row('3: Driver restart and PCI reset', 'Supported')}`
  expect(format.recognise(toCapture(old))).toBeGreaterThanOrEqual(85)
  expect(parseMstfwreset(toCapture(old)).facts).toMatchObject({
    levels: [
      { id: 0, supported: false },
      { id: 1, supported: false },
      { id: 3, supported: true },
    ],
    types: [],
  })
})

test.each([
  ['-E- Unsupported Device: 0000:af:00.0 (MT41686).', 'absent', 'other'],
  ['-E- Device ConnectX7 with PSID MT_0000001121 is not supported by this tool.', 'absent', 'other'],
  ["-E- Reset-level '3' is not supported in the current state of this device.", 'unreadable', 'other'],
  ['-E- The tool supports only reset-level 4 or 1 on UEFI Secure Boot.', 'denied', 'kernel-lockdown'],
  ['-E- Other tool is accessing the device! Please try again later.', 'unreadable', 'tool-busy'],
])('%s', (line, status, code) => {
  expect(format.recognise(toCapture(`${line}\n`))).toBe(70)
  expect(parseMstfwreset(toCapture(`${line}\n`))).toMatchObject({ status, reason: { code }, facts: {} })
})

test('drivers bound behind the switch refuse a reset; one that a person stopped is not refused', () => {
  const asked = 'The reset level for device, 0000:1b:00.0 is:\n\n3: Driver restart and PCI reset\n'
  const bound = (driver: string) =>
    `${asked}ERROR: The following drivers are currently bound to PCI devices on the switch:\nPCI             | Driver\n0000:1c:00.0    | ${driver}\n\nPlease unbind the drivers or add them to the ignore file/list.\n`
  expect(parseMstfwreset(toCapture(bound('nvidia'))).facts).toMatchObject({ done: false, refusedBy: 'gpu-drivers' })
  expect(parseMstfwreset(toCapture(bound('nvidia').slice(0, -100))).facts).toMatchObject({
    done: false,
    refusedBy: null,
  })
  expect(parseMstfwreset(toCapture(bound('nvme'))).facts).toMatchObject({ done: false, refusedBy: 'other' })
  const stopped = `${asked}Continue with reset?[y/N] n\n-E- Aborted by user.\n`
  expect(parseMstfwreset(toCapture(stopped.replaceAll('\n', '\n\n\n'))).facts).toMatchObject({ level: 3, done: false })
  expect(parseMstfwreset(toCapture(stopped)).facts).toMatchObject({ done: false, refusedBy: null })
})
