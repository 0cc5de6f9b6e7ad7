import { nodeCollector } from '@/lib/collector'
import { entries } from '../sysfs/entries'

/** MTU of the network devices behind Ethernet ports of RDMA devices: the fact `roceMtu`. */
export interface RoceMtuFacts {
  interfaces: readonly { device: string; netdev: string; mtuBytes: number }[]
}

const SCRIPT = `cd "$R/sys/class/infiniband" 2>/dev/null || exit 0
for d in *; do
  grep -qs Ethernet "$d"/ports/*/link_layer || continue
  grep -s -H . "$d"/device/net/*/mtu
done
exit 0`

/** What an MTU leaves for RoCE: headers take up to 96 bytes, then the next smaller InfiniBand MTU counts (linux ib_addr.h iboe_get_mtu). */
export function activeMtuOf(mtuBytes: number): number {
  return [4096, 2048, 1024, 512].find((size) => mtuBytes - 96 >= size) ?? 256
}

export default nodeCollector({
  id: 'roceMtu',
  title: 'MTU of RoCE network devices (sysfs)',
  reads: { tree: { via: 'node', lane: 'fast', script: SCRIPT } },
  /** No RoCE device: `interfaces` is empty. */
  parse({ tree }): RoceMtuFacts {
    const interfaces = entries(tree.text.split('\n')).flatMap(({ path, value }) => {
      const [, device = '', netdev = ''] = /^([^/]+)\/device\/net\/([^/]+)\/mtu$/.exec(path) ?? []
      return device === '' || !/^\d{2,6}$/.test(value ?? '') ? [] : [{ device, netdev, mtuBytes: Number(value) }]
    })
    return { interfaces }
  },
})
