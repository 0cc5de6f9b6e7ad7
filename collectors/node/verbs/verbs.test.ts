import { expect, test } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { explain } from '@/lib/explain/explain'
import { knowledge } from '@/lib/explain/knowledge'
import { entries } from '../sysfs/entries'
import sysfs from '../sysfs/format'
import collector from './collector'
import { toVerbs } from './facts'

const LIST = `infiniband_verbs/uverbs0/ibdev:mlx5_0
infiniband_verbs/uverbs1/ibdev:mlx5_1
infiniband_mad/umad0/ibdev:mlx5_0
infiniband_mad/umad0/port:1
infiniband_mad/umad1/ibdev:mlx5_1
infiniband_mad/issm0/ibdev:mlx5_0
infiniband_mad/issm0/port:1
`
const live = (text: string) => collector.parse({ list: { text, stderr: '', cut: false } } as never)

test('live: a class counts as listed only by its own line at the end; an entry without its port says nothing', () => {
  expect(live(LIST)).toEqual({ uverbs: null, umad: null, issm: null })
  expect(live(`${LIST}infiniband_verbs -> listed\n`)).toMatchObject({
    uverbs: [{ name: 'uverbs0', device: 'mlx5_0', port: null }, { device: 'mlx5_1' }],
    umad: null,
  })
  expect(live(`${LIST}infiniband_verbs -> listed\ninfiniband_mad -> listed\n`)).toMatchObject({
    umad: [{ name: 'umad0', device: 'mlx5_0', port: 1 }],
    issm: [{ name: 'issm0' }],
  })
  expect(live('infiniband_verbs -> listed\n')).toEqual({ uverbs: [], umad: null, issm: null })
})

test('pasted: one entry may have been picked, two are a list', () => {
  const of = (text: string) => toVerbs(entries(text.split('\n')), new Set())
  expect(of('/sys/class/infiniband_verbs/uverbs0/ibdev:mlx5_0\n').uverbs).toBeNull()
  expect(of(LIST).uverbs).toHaveLength(2)
})

const PORT = (name: string, pkey: string) =>
  `/sys/class/infiniband/${name}/ports/1/state:4: ACTIVE
/sys/class/infiniband/${name}/ports/1/link_layer:InfiniBand
/sys/class/infiniband/${name}/ports/1/pkeys/0:${pkey}
/sys/class/infiniband/${name}/ports/1/pkeys/1:0x0000
`
const said = (text: string, check: string) =>
  explain('x', text, knowledge)
    .answer.verdicts.filter((each) => each.check === check)
    .map(({ status, subject }) => [status, subject])

test('sysfs alone shows a port outside every partition, and an active device that cannot be opened', () => {
  const ports = PORT('mlx5_0', '0xffff') + PORT('mlx5_1', '0x0000') + PORT('mlx5_2', '0x8000')
  expect(said(ports, 'pkey-missing')).toEqual([
    ['fail', 'mlx5_1/1'],
    ['fail', 'mlx5_2/1'],
  ])
  expect(said(PORT('mlx5_0', '0x8001'), 'pkey-missing')).toEqual([['pass', null]])
  expect(said(PORT('mlx5_0', '0x0000').replace('4: ACTIVE', '2: INIT'), 'pkey-missing')).toEqual([['pass', null]])
  expect(said(PORT('mlx5_0', '0xffff').replace(/^.*pkeys.*\n/gm, ''), 'pkey-missing')).toEqual([])
  const list = LIST.replace(/^/gm, '/sys/class/').replace(/\/sys\/class\/$/, '')
  expect(said(ports + list, 'missing-verbs-device')).toEqual([['fail', 'mlx5_2']])
  expect(said(PORT('mlx5_0', '0xffff') + list, 'missing-verbs-device')).toEqual([['pass', null]])
  expect(said(ports, 'missing-verbs-device')).toEqual([])
  expect(sysfs.recognise(toCapture(list))).toBeGreaterThanOrEqual(60)
})
