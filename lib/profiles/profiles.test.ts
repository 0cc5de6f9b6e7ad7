import { expect, test } from 'vitest'
import { chooseProfile } from '@/lib/engine/choose-profile'
import { profiles } from './index.gen'

const of = (product: string) => chooseProfile(profiles, { product, gpuProduct: null })?.id ?? null

test('products choose their profile and no other', () => {
  expect(
    ['DGXB200', 'NVIDIA DGX B200', 'DGX-H100', 'DGXH200', 'KVM', 'Standard PC (Q35 + ICH9, 2009)'].map(of),
  ).toEqual(['dgx-b200', 'dgx-b200', 'dgx-h100', 'dgx-h200', 'vm-guest', 'vm-guest'])
  expect(['DGXB300', 'DGX Spark', 'PowerEdge XE9680', 'GB200 NVL'].map(of)).toEqual([null, null, null, null])
})

test('every number has a source', () => {
  for (const each of profiles)
    for (const value of Object.values(each))
      if (typeof value === 'object' && value !== null && 'value' in value)
        expect(value.source.length).toBeGreaterThan(5)
})
