import { isMellanox } from '@/collectors/node/lspci/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { exampleNic, examplePci } from '@/lib/examples/host'

const PROFILE = { id: 'dgx-b200', title: 'DGX B200', products: [], rails: { value: 2, source: 'example' } }

/** Fewer NICs or GPUs on the PCI bus than this kind of node has, or one that is there in name only. */
export default check({
  id: 'missing-device',
  level: 'platform',
  title: { pass: 'All NICs and GPUs are on the PCI bus', fail: 'A NIC or GPU is missing from the PCI bus' },
  why: 'A card that fell off the bus, or woke up in flash recovery, has no driver, no port and no VFs. Nothing above can repair that.',
  refs: ['research/host-formats.md §8 (flash recovery, device ids)', 'pciutils: revision ff = reads all ones'],
  needs: ['pci'],
  wants: ['fleet', 'gpus'],
  after: [],
  run({ pci, fleet, gpus }, { profile }) {
    const dead = pci.devices.filter((each) => each.role === 'flash-recovery' || (each.lost && each.role !== 'bridge'))
    const nics = pci.devices.filter((each) => each.role === 'pf' && isMellanox(each) && !each.lost)
    const cards = pci.devices.filter((each) => each.role === 'gpu' && !each.lost)
    const wanted = [
      { what: 'adapter functions', have: nics.length, want: profile?.rails?.value, by: `profile ${profile?.id}` },
      { what: 'GPUs', have: cards.length, want: profile?.gpus?.value, by: `profile ${profile?.id}` },
      {
        what: 'GPUs',
        have: cards.length,
        want: profile?.gpus ? undefined : Number(fleet?.majority.gpuCount?.value ?? Number.NaN),
        by: 'most nodes of the fleet',
      },
    ].filter((each) => each.want !== undefined && !Number.isNaN(each.want))
    const short = wanted.filter(({ have, want }) => have < (want ?? 0))
    if (dead.length + short.length > 0) {
      const findings = [
        ...dead.map(
          (each): Finding => ({
            subject: each.pci,
            status: 'fail',
            summary: each.lost ? 'reads all ones: fell off the bus' : 'is in flash recovery: its firmware does not run',
          }),
        ),
        ...short.map(
          ({ what, have, want, by }): Finding => ({
            subject: what,
            status: 'fail',
            summary: `${have} of ${want} (${by})`,
          }),
        ),
      ]
      return {
        status: 'fail',
        summary: findings.map((each) => `${each.subject} ${each.summary}`).join('; '),
        findings,
        fix: [
          { text: 'List what is there', command: 'lspci -D -nn -d 15b3: ; lspci -D -nn -d 10de:', risk: 'none' },
          { text: 'See when it went', command: "journalctl -k -b | grep -iE 'mlx5|NVRM|pcieport'", risk: 'none' },
          {
            text: 'Drain, power cycle (not reboot), and reseat or replace the card if it stays away',
            risk: 'power-cycle',
            minutes: 20,
          },
        ],
        reason: dead.some((each) => each.role === 'flash-recovery')
          ? 'flash-recovery'
          : dead.length > 0
            ? dead.every((each) => each.role === 'gpu')
              ? 'gpu-lost'
              : 'lost'
            : 'fewer',
        params: { dead: dead.length, short: short.map(({ what }) => what).join(',') },
      }
    }
    if (pci.complete === false) return lacking('the list of PCI functions is cut')
    const count = `${nics.length} adapter functions and ${cards.length} GPUs`
    if (wanted.length === 0)
      return fleet
        ? { status: 'skip', summary: `${count}; neither a profile nor the fleet says how many there should be` }
        : lacking('neither a profile nor the fleet says how many NICs and GPUs belong here')
    const seen = gpus && gpus.gpus.length > 0 ? `, ${gpus.gpus.length} answer nvidia-smi` : ''
    return {
      status: 'pass',
      summary: `${wanted.map(({ what, have, want, by }) => `${have} ${what} (${want} by ${by})`).join(', ')}${seen}`,
    }
  },
  examples: [
    {
      name: 'two of two',
      facts: { pci: examplePci(exampleNic(), exampleNic({ pci: '0000:40:00.0' })) },
      context: { profile: PROFILE },
      status: 'pass',
    },
    { name: 'one of two', facts: { pci: examplePci(exampleNic()) }, context: { profile: PROFILE }, status: 'fail' },
    {
      name: 'flash recovery',
      facts: {
        pci: examplePci(
          exampleNic(),
          exampleNic({ pci: '0000:9a:00.0', id: '15b3:0218', role: 'flash-recovery', driver: null }),
        ),
      },
      status: 'fail',
    },
    { name: 'nobody knows', facts: { pci: examplePci(exampleNic()) }, status: 'lacking' },
  ],
})
