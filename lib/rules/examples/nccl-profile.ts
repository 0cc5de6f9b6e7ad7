import { type Profile, profile } from '@/lib/profile'

/** A profile that expects an all-reduce plateau on two nodes. */
export function exampleProfile(twoNodesGBps: number): Profile {
  const source = 'example'
  return profile({
    id: 'dgx-b200',
    title: 'DGX B200',
    products: ['^DGX B200$'],
    rails: { value: 8, source },
    railRateGbps: { value: 400, source },
    allReduceBusbwGBps: { value: { '1': 800, '2': twoNodesGBps, '4': 370 }, source },
  })
}
