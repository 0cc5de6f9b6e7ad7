import { expect, test } from 'vitest'
import { exampleCmdline, exampleKernel } from '@/lib/examples/host'
import { traitsOf } from './traits'

const NOBODY = { node: null, host: null, infiniband: null, profile: null }

test('CPU isolation is compared only where the command line was read; saying nothing is a value', () => {
  const of = (kernel: Parameters<typeof traitsOf>[1]['kernel']) => traitsOf('a', { ...NOBODY, kernel }).attributes
  expect(of(null)).toMatchObject({ isolcpus: null, nohzFull: null })
  expect(of(exampleKernel({ cmdline: null }))).toMatchObject({ isolcpus: null, nohzFull: null })
  expect(of(exampleKernel({ cmdline: exampleCmdline({ isolcpus: '4-63' }) }))).toMatchObject({
    isolcpus: '4-63',
    nohzFull: 'none',
  })
})
