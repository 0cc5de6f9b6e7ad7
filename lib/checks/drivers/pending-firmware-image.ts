import type { NicImage } from '@/collectors/node/mstflint/facts'
import { check, type Finding, lacking } from '@/lib/check'
import { sh } from '@/lib/shell'

function image(over: Partial<NicImage> = {}): NicImage {
  return {
    pci: '0000:18:00.0',
    psid: 'MT_0000000838',
    firmware: '28.43.2026',
    runningFirmware: '28.43.2026',
    firmwarePending: false,
    ...over,
  }
}

/** Another firmware image lies in flash than the one that runs. */
export default check({
  id: 'pending-firmware-image',
  level: 'drivers',
  title: { pass: 'Adapters run the firmware in their flash', fail: 'A firmware image waits for a restart of the NIC' },
  why: 'A burned image does nothing until the NIC firmware restarts. Until then fixes are missing, and the next unplanned restart changes the version under the workload.',
  refs: [
    'research/host-formats.md §2.1, §4.3',
    'Mellanox/mstflint flint/subcommands.cpp',
    'kernel devlink: running and stored versions',
  ],
  needs: ['nicImage'],
  after: [],
  run({ nicImage }) {
    const { devices, unread } = nicImage
    const waiting = devices.filter((device) => device.firmwarePending === true)
    if (waiting.length > 0) {
      const label = (device: NicImage) => device.pci ?? device.psid ?? 'the adapter'
      const findings = waiting.map(
        (device): Finding => ({
          subject: label(device),
          status: 'warn',
          summary: `runs ${device.runningFirmware ?? 'another image'}, flash holds ${device.firmware ?? 'not known'}`,
        }),
      )
      return {
        status: 'warn',
        summary: `${waiting.length} of ${devices.length} adapters: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}`,
        findings,
        fix: [
          ...waiting.slice(0, 8).map((device) => ({
            text: 'See which reset loads it',
            command: sh`mstfwreset -d ${label(device)} q`,
            risk: 'none' as const,
          })),
          {
            text: 'Drain the node, then restart the NIC firmware (mstfwreset at a supported level) or power cycle',
            risk: 'drain',
            minutes: 10,
            verify: 'mstflint q prints no FW Version(Running) line',
          },
        ],
        reason: 'pending-firmware-image',
        params: { running: waiting[0]?.runningFirmware ?? '', stored: waiting[0]?.firmware ?? '' },
      }
    }
    if (unread.length > 0) return lacking(`${unread.length} adapters could not be read: ${unread[0]?.error}`)
    if (devices.length === 0) return { status: 'skip', summary: 'No NVIDIA/Mellanox adapter was found' }
    const unknown = devices.filter((device) => device.firmwarePending === null)
    if (unknown.length > 0)
      return lacking(`${unknown.length} of ${devices.length} adapters do not show both running and stored firmware`)
    return {
      status: 'pass',
      summary: `All ${devices.length} adapters run what their flash holds (${[...new Set(devices.map((device) => device.firmware))].join(', ')})`,
    }
  },
  examples: [
    { name: 'running = stored', facts: { nicImage: { devices: [image()], unread: [] } }, status: 'pass' },
    {
      name: 'newer image in flash',
      facts: { nicImage: { devices: [image({ runningFirmware: '28.41.1000', firmwarePending: true })], unread: [] } },
      status: 'warn',
    },
    {
      name: 'flash unreadable',
      facts: { nicImage: { devices: [image({ firmware: null, firmwarePending: null })], unread: [] } },
      status: 'lacking',
    },
    { name: 'no adapter', facts: { nicImage: { devices: [], unread: [] } }, status: 'skip' },
  ],
})
