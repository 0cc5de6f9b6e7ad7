import { check, lacking } from '@/lib/check'
import { exampleAdapter, exampleFirmware } from '@/lib/examples/firmware'
import { deviations, models } from '@/lib/rules/config-drift'

/** Adapters of one model on one node with different firmware settings. */
export default check({
  id: 'firmware-config-drift',
  level: 'drivers',
  title: {
    pass: 'Adapters of one model are configured alike',
    fail: 'Adapters of one model are configured differently',
  },
  why: 'Rails of one node should be equal. An adapter that was replaced or reset carries factory settings, and shows as one slow or odd rail that no port check explains.',
  refs: ['research/host-formats.md §3 (nic-config-uniform)'],
  needs: ['nicFirmware'],
  after: [],
  run({ nicFirmware }) {
    const groups = models(nicFirmware.devices)
    const findings = groups.flatMap(deviations)
    if (findings.length > 0) {
      const adapters = [...new Set(findings.map((each) => each.subject))]
      return {
        status: 'warn',
        summary: `${adapters.length} of ${groups.flat().length} adapters differ from others of their model: ${findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; ')}${findings.length > 4 ? ` and ${findings.length - 4} more` : ''}`,
        findings: findings.slice(0, 50),
        fix: [
          {
            text: 'Bring the differing parameters to the common value (mstconfig set), or reset all adapters of the model alike',
            risk: 'config',
            verify: 'the values are equal at next boot',
          },
        ],
        reason: 'firmware-config-drift',
        params: {
          parameters: [...new Set(findings.map((each) => each.summary.split(' ')[0] ?? ''))].slice(0, 5).join(','),
        },
      }
    }
    if (groups.length === 0)
      return { status: 'skip', summary: 'No two adapters of one model were read with their settings' }
    if (nicFirmware.unread.length > 0 || nicFirmware.complete === false)
      return lacking('not every adapter was read in full')
    return {
      status: 'pass',
      summary: `${groups.flat().length} adapters of ${groups.length} model(s) have the same settings at next boot`,
    }
  },
  examples: [
    {
      name: 'two alike',
      facts: {
        nicFirmware: exampleFirmware(
          exampleAdapter({ ATS_ENABLED: 'False(0)' }, { name: 'MCX' }),
          exampleAdapter({ ATS_ENABLED: 'False(0)' }, { name: 'MCX', pci: '0000:2a:00.0' }),
        ),
      },
      status: 'pass',
    },
    {
      name: 'one differs',
      facts: {
        nicFirmware: exampleFirmware(
          ...['18', '2a', '3a'].map((bus) =>
            exampleAdapter(
              { ATS_ENABLED: bus === '3a' ? 'True(1)' : 'False(0)' },
              { name: 'MCX', pci: `0000:${bus}:00.0` },
            ),
          ),
        ),
      },
      status: 'warn',
    },
    {
      name: 'one adapter',
      facts: { nicFirmware: exampleFirmware(exampleAdapter({ ATS_ENABLED: 'False(0)' }, { name: 'MCX' })) },
      status: 'skip',
    },
  ],
})
