import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { manifestText, parseManifest } from './manifest'
import { type ManifestInput, OWNER_UID } from './manifest-input'
import { exampleManifest } from './shapes/example'

const NCCL = exampleManifest()
const MPI: ManifestInput = exampleManifest({ launcher: 'mpijob', algorithm: 'sharp' })
const RDMA: ManifestInput = { ...NCCL, work: { kind: 'rdma', tests: ['write-bw', 'write-lat'] }, gpusPerNode: 0 }
const SHAPES = [
  ['Job', NCCL, ['Service', 'ConfigMap']],
  ['MPIJob', MPI, ['ConfigMap']],
  ['RDMA Job', RDMA, ['Service', 'ConfigMap']],
] as const

describe('manifest of a run', () => {
  it.each(SHAPES)('%s: is what was agreed (golden)', (_name, input) => {
    expect(manifestText(input)).toMatchSnapshot()
  })

  it.each(SHAPES)('%s: holds no privilege beyond its own, and pushes nobody out (SEC-50)', (name, input) => {
    const text = manifestText(input)
    expect(text).not.toMatch(/privileged|hostNetwork|hostPID|hostIPC|hostPath/)
    const added = [...text.matchAll(/add:\n((?:\s+- \S+\n)+)/g)].flatMap((match) => match[1]?.match(/[A-Z_]+/g) ?? [])
    expect(added).toEqual(name === 'MPIJob' ? ['IPC_LOCK', 'SETUID', 'SETGID', 'SYS_CHROOT'] : ['IPC_LOCK'])
    const pods = text.match(/containers:/g)?.length
    for (const words of [
      'preemptionPolicy: Never',
      'automountServiceAccountToken: false',
      'drop:\n',
      'type: RuntimeDefault',
    ])
      expect(text.split(words).length - 1, words).toBe(pods)
    for (const words of ['backoffLimit: 0', 'ttlSecondsAfterFinished: 3600']) expect(text).toContain(words)
  })

  it.each(SHAPES)('%s: what is applied is what was shown, but for the owner’s UID', (_name, input, kinds) => {
    const text = manifestText(input)
    const { owner, companions } = parseManifest(text, 'real-uid')
    expect(owner).toEqual(parseManifest(text, null).owner)
    expect(companions.map((each) => each.kind)).toEqual(kinds)
    expect(JSON.stringify(companions)).toContain('"uid":"real-uid"')
    expect(JSON.stringify(companions)).not.toContain(OWNER_UID)
  })

  it('text that is no manifest of a run is not applied', () => {
    const secret = `${manifestText(NCCL)}---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n`
    expect(() => parseManifest(secret, 'u')).toThrow(TypeError)
    expect(() => parseManifest('kind: Pod\n', null)).toThrow(TypeError)
  })

  it('programs and names travel unchanged, whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { companions } = parseManifest(manifestText({ ...NCCL, files: { 'collective.py': text } }), 'u')
        const config = companions.find((each) => each.kind === 'ConfigMap')?.object
        expect(config).toMatchObject({ data: { 'collective.py': text } })
      }),
    )
  })

  it('choices reach NCCL: rings, SHARP on and off, the collective', () => {
    const text = (work: object) => manifestText(exampleManifest(work))
    expect(text({ algorithm: 'auto' })).not.toMatch(/NCCL_ALGO|COLLNET/)
    expect(text({ algorithm: 'ring' })).toMatch(/NCCL_ALGO\n\s+value: Ring/)
    expect(text({ algorithm: 'sharp' })).toMatch(/NCCL_COLLNET_ENABLE\n\s+value: "1"/)
    expect(text({ algorithm: 'no-sharp' })).toMatch(/NCCL_COLLNET_ENABLE\n\s+value: "0"/)
    expect(text({ collective: 'alltoall' })).toMatch(/CAIRN_COLLECTIVE\n\s+value: alltoall/)
  })

  it('the hash changes exactly when the objects do (P-26)', () => {
    const change = fc.record(
      {
        work: fc.constantFrom(NCCL.work, MPI.work, RDMA.work),
        gpusPerNode: fc.integer({ min: 1, max: 3 }),
        hostnames: fc.constantFrom(['a', 'b'], ['a', 'c']),
        image: fc.constantFrom('x', 'y'),
        rails: fc.constantFrom([], NCCL.rails),
        deadlineSec: fc.constantFrom(60, 900),
        priorityClass: fc.constantFrom('p', 'q'),
      },
      { requiredKeys: [] },
    )
    const hash = (input: ManifestInput) => createHash('sha256').update(manifestText(input)).digest('hex')
    fc.assert(
      fc.property(change, change, (one, other) => {
        const [a, b] = [
          { ...NCCL, ...one },
          { ...NCCL, ...other },
        ]
        const isSame =
          JSON.stringify(parseManifest(manifestText(a), null)) === JSON.stringify(parseManifest(manifestText(b), null))
        expect(hash(a) === hash(b)).toBe(isSame)
      }),
    )
  })
})
