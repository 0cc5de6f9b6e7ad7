import { describe, expect, it } from 'vitest'
import { toCapture } from '@/lib/explain/capture'
import { parseStatusText } from './parse'

const STATUS = JSON.stringify(
  [
    { name: 'cbr0', interface: 'eth0', ips: ['10.244.3.17'], default: true, dns: {} },
    {
      name: 'team-a/ibp24s0',
      interface: 'net1',
      ips: ['10.60.24.33'],
      dns: {},
      'device-info': { type: 'pci', pci: { 'pci-address': '0000:18:00.3', 'rdma-device': 'mlx5_14' } },
    },
  ],
  null,
  2,
)
const read = (text: string) => parseStatusText(toCapture(text))

describe('network-status', () => {
  it('reads the value alone and inside a description', () => {
    const networks = [
      { name: 'cbr0', interface: 'eth0', ips: ['10.244.3.17'], default: true, pci: null, rdmaDevice: null },
      {
        name: 'team-a/ibp24s0',
        interface: 'net1',
        ips: ['10.60.24.33'],
        default: false,
        pci: '0000:18:00.3',
        rdmaDevice: 'mlx5_14',
      },
    ]
    expect(read(STATUS).facts).toEqual({ networks })
    const described = `Name: p\nNamespace: team-a\nAnnotations:  k8s.v1.cni.cncf.io/network-status:\n${STATUS.replace(/^/gm, '                ')}\n              k8s.v1.cni.cncf.io/networks: ibp24s0\nStatus: Running\n`
    expect(read(described).facts).toEqual({
      networks,
      requested: [{ namespace: 'team-a', name: 'ibp24s0', interface: null }],
    })
  })

  it.each([
    ['in quotes', `'${STATUS}'`],
    ['as a string in JSON', JSON.stringify(STATUS)],
    ['in the annotations', JSON.stringify({ a: 'b', 'k8s.v1.cni.cncf.io/network-status': STATUS }, null, 2)],
    ['twice escaped', JSON.stringify(JSON.stringify({ 'k8s.v1.cni.cncf.io/networks-status': STATUS }))],
    ['as a block of YAML', `k8s.v1.cni.cncf.io/network-status: |-\n${STATUS.replace(/^/gm, '  ')}\nother: x\n`],
    ['within prose', `this is what I see:\n\n\`\`\`json\n${STATUS}\n\`\`\`\nany idea?\n`],
  ])('reads it %s', (_, text) => {
    expect(read(text).facts).toEqual(read(STATUS).facts)
  })

  it('takes a request without namespace for the attached network of that name', () => {
    const text = `Annotations:  k8s.v1.cni.cncf.io/network-status:\n${STATUS}\n k8s.v1.cni.cncf.io/networks: ibp24s0,ibp64s0\n`
    expect(read(text).facts).toMatchObject({
      requested: [
        { namespace: 'team-a', name: 'ibp24s0' },
        { namespace: 'team-a', name: 'ibp64s0' },
      ],
    })
  })

  it('gives whole entries only when cut anywhere', () => {
    for (let end = 0; end < STATUS.length; end++) {
      const { facts } = read(STATUS.slice(0, end))
      if (!('networks' in facts)) continue
      expect(facts.complete).toBe(false)
      expect(facts.networks).toEqual([
        { name: 'cbr0', interface: 'eth0', ips: ['10.244.3.17'], default: true, pci: null, rdmaDevice: null },
      ])
    }
  })
})
