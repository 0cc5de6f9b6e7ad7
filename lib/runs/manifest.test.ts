import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JOB_UID, type ManifestInput, manifestText, parseManifest } from './manifest'
import { PRESETS } from './presets'

const INPUT: ManifestInput = {
  runId: 'abcdefghjk',
  namespace: 'cairn-runs',
  preset: PRESETS['nccl-2-nodes'],
  endBytes: 8 * 1024 ** 3,
  nodes: ['dgx030', 'dgx031'],
  hostnames: ['dgx030.cluster', 'dgx031.cluster'],
  gpusPerNode: 8,
  rails: [
    { resource: 'nvidia.com/resibp24s0', network: 'default/ibp24s0' },
    { resource: 'nvidia.com/resibp64s0', network: 'default/ibp64s0' },
  ],
  shared: null,
  image: `nvcr.io/nvidia/pytorch@sha256:${'5b'.repeat(32)}`,
  deadlineSec: 900,
  priorityClass: 'cairn-benchmark',
  program: 'print("hello")\n',
  entry: '#!/bin/sh\nexec true\n',
}

describe('manifest of a run', () => {
  it('is what was agreed (golden)', () => {
    expect(manifestText(INPUT)).toMatchSnapshot()
  })

  it('holds no privilege but IPC_LOCK, and pushes nobody out (SEC-50)', () => {
    const text = manifestText(INPUT)
    expect(text).not.toMatch(/privileged|hostNetwork|hostPID|hostIPC|hostPath/)
    expect(text.match(/add:\n\s+- (\S+)/)?.[1]).toBe('IPC_LOCK')
    for (const words of [
      'preemptionPolicy: Never',
      'automountServiceAccountToken: false',
      'backoffLimit: 0',
      'drop:\n',
    ])
      expect(text).toContain(words)
  })

  it('what is applied is what was shown, but for the Job’s UID', () => {
    const { job, companions } = parseManifest(manifestText(INPUT), 'real-uid')
    expect(job).toEqual(parseManifest(manifestText(INPUT), null).job)
    expect(companions.map((each) => each.kind)).toEqual(['Service', 'ConfigMap'])
    expect(JSON.stringify(companions)).toContain('"uid":"real-uid"')
    expect(JSON.stringify(companions)).not.toContain(JOB_UID)
  })

  it('text that is no manifest of a run is not applied', () => {
    const secret = `${manifestText(INPUT)}---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n`
    expect(() => parseManifest(secret, 'u')).toThrow(TypeError)
    expect(() => parseManifest('kind: Pod\n', null)).toThrow(TypeError)
  })

  it('programs and names travel unchanged, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { companions } = parseManifest(manifestText({ ...INPUT, program: text }), 'u')
        const config = companions.find((each) => each.kind === 'ConfigMap')?.object
        expect(config).toMatchObject({ data: { 'allreduce.py': text, 'entry.sh': INPUT.entry } })
      }),
    )
  })

  it('the hash changes exactly when the objects do (P-26)', () => {
    const change = fc.record(
      {
        endBytes: fc.integer({ min: 1, max: 4 }),
        gpusPerNode: fc.integer({ min: 1, max: 3 }),
        hostnames: fc.constantFrom(['a', 'b'], ['a', 'c']),
        image: fc.constantFrom('x', 'y'),
        rails: fc.constantFrom([], INPUT.rails),
        deadlineSec: fc.constantFrom(60, 900),
        priorityClass: fc.constantFrom('p', 'q'),
      },
      { requiredKeys: [] },
    )
    const hash = (input: ManifestInput) => createHash('sha256').update(manifestText(input)).digest('hex')
    fc.assert(
      fc.property(change, change, (one, other) => {
        const [a, b] = [
          { ...INPUT, ...one },
          { ...INPUT, ...other },
        ]
        const isSame =
          JSON.stringify(parseManifest(manifestText(a), null)) === JSON.stringify(parseManifest(manifestText(b), null))
        expect(hash(a) === hash(b)).toBe(isSame)
      }),
    )
  })
})
