import { nodeCollector } from '@/lib/collector'
import { type HostFacts, parseHost } from './parse'

/** Who the machine is: DMI product, OS, kernel, boot, machine id. World-readable files only. */
export default nodeCollector({
  id: 'host',
  title: 'Host identity (DMI, OS, kernel, boot)',
  reads: {
    files: {
      via: 'node',
      lane: 'fast',
      script: [
        'for f in /sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name /proc/sys/kernel/random/boot_id /proc/sys/kernel/osrelease /proc/uptime /etc/machine-id; do',
        '  [ -r "$R$f" ] && { printf "%s:" "$f"; head -n 1 "$R$f"; }',
        'done',
        // Only the two lines we use: os-release may hold anything.
        'for f in /etc/os-release /usr/lib/os-release; do',
        '  [ -r "$R$f" ] && { sed -n "s/^PRETTY_NAME=/os:/p" "$R$f" | head -n 1; break; }',
        'done',
        'date -u +now:%Y-%m-%dT%H:%M:%SZ',
      ].join('\n'),
    },
  },
  parse: ({ files }): HostFacts => parseHost(files.text),
})
