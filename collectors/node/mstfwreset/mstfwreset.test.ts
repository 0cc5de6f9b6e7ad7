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
