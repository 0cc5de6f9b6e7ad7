import { check, type Finding } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { sh } from '@/lib/shell'

/** An adapter in flash recovery (livefish): its firmware does not run. */
export default check({
  id: 'nic-in-recovery',
  level: 'drivers',
  title: { pass: 'Adapters that answer run their firmware', fail: 'An adapter is in flash recovery' },
  why: 'In flash recovery the adapter has no working firmware: no port, no driver, no VFs. Only burning an image and a power cycle bring it back; often the card is faulty.',
  refs: [
    'research/host-formats.md §3 (errors), §8 (flash recovery functions)',
    'Mellanox/mstflint: "Device in Livefish mode is not supported"',
  ],
  needs: ['nicFirmware'],
  after: [],
  run({ nicFirmware }) {
    const dead = nicFirmware.unread.filter(({ error }) => /livefish/i.test(error))
    if (dead.length > 0) {
      const findings = dead.map(
        ({ pci, error }): Finding => ({ subject: pci ?? 'an adapter', status: 'fail', summary: error }),
      )
      return {
        status: 'fail',
        summary: `${dead.length} adapters are in flash recovery: ${findings.map((each) => each.subject).join(', ')}`,
        findings,
        fix: [
          { text: 'Confirm it on the PCI bus (Flash Recovery)', command: 'lspci -D -nn -d 15b3:', risk: 'none' },
          {
            text: 'Burn the vendor’s image for this PSID, then power cycle; replace the card if it falls back',
            command: sh`mstflint -d ${dead[0]?.pci ?? 'PCI'} -i IMAGE burn`,
            risk: 'power-cycle',
            minutes: 30,
            verify: 'mstconfig -e q prints a table for it',
          },
        ],
        reason: 'nic-in-recovery',
        params: { count: dead.length },
      }
    }
    if (nicFirmware.devices.length === 0) return { status: 'skip', summary: 'No adapter answered' }
    return { status: 'pass', summary: `${nicFirmware.devices.length} adapters answered from running firmware` }
  },
  examples: [
    {
      name: 'firmware runs',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ NUM_OF_VFS: '8' })) },
      status: 'pass',
    },
    {
      name: 'livefish',
      facts: {
        nicFirmware: {
          ...exampleFirmware(),
          unread: [{ pci: '0000:18:00.0', error: 'Device in Livefish mode is not supported' }],
        },
      },
      status: 'fail',
    },
  ],
})
