import { check, type Finding, lacking } from '@/lib/check'
import { examplePort, examplePorts } from '@/lib/examples/ports'
import { atLeast, cardLabel, deviceIdOf, firmwareByPsid } from '@/lib/rules/firmware-version'
import { isBond, isSoftware, isVf } from '@/lib/rules/rails'

const PROFILE = {
  id: 'dgx-b200',
  title: 'DGX B200',
  products: [],
  minFirmware: { value: { '15b3:1021': '28.43.1014' }, source: 'example' },
}

/** NIC firmware below the declared minimum, or several versions among cards of one PSID. */
export default check({
  id: 'old-nic-firmware',
  level: 'drivers',
  title: {
    pass: 'NIC firmware is recent and the same on like cards',
    fail: 'NIC firmware is old or differs between like cards',
  },
  why: 'Operators, SHARP and DOCA releases state a minimum firmware. Cards of one model with different versions behave differently under the same configuration.',
  refs: [
    'seed 002',
    'research/host-formats.md §15 (no machine-readable list: minimums are declared per profile)',
    'research/peers.md §5 3.3',
  ],
  needs: ['infiniband'],
  wants: [],
  after: [],
  run({ infiniband }, { profile }) {
    const cards = infiniband.devices.filter((each) => isVf(each) !== true && !isSoftware(each) && !isBond(each))
    const known = cards.filter((each) => each.firmware)
    const minimums = profile?.minFirmware?.value ?? {}
    const old = known.flatMap((each): Finding[] => {
      const minimum = minimums[`15b3:${deviceIdOf(each)}`]
      return minimum !== undefined && atLeast(each.firmware ?? '', minimum) === false
        ? [
            {
              subject: cardLabel(each),
              status: 'warn',
              summary: `runs ${each.firmware}, at least ${minimum} is declared`,
            },
          ]
        : []
    })
    const mixed = [...firmwareByPsid(known)].filter(([, versions]) => versions.size > 1)
    const odd = mixed.map(
      ([psid, versions]): Finding => ({
        subject: psid,
        status: 'warn',
        summary: `cards of one PSID run ${[...versions].sort().join(' and ')}`,
      }),
    )
    const findings = [...old, ...odd]
    if (findings.length > 0)
      return {
        status: 'warn',
        summary: findings
          .slice(0, 4)
          .map((each) => `${each.subject} ${each.summary}`)
          .join('; '),
        findings,
        fix: [
          {
            text: 'Burn the vendor’s image for this PSID on the cards that differ, then restart their firmware',
            command: 'mstflint -d PCI -i IMAGE burn',
            risk: 'drain',
            minutes: 20,
            verify: 'fw_ver is the same on all like cards',
          },
        ],
        reason: old.length > 0 ? 'below-minimum' : 'mixed',
        params: { versions: [...new Set(known.map((each) => each.firmware))].sort().join(',') },
      }
    if (cards.length === 0)
      return infiniband.complete === false
        ? lacking('the list of RDMA devices is cut')
        : { status: 'skip', summary: 'No RDMA device of a physical card' }
    if (known.length < cards.length)
      return lacking(`${cards.length - known.length} of ${cards.length} devices show no firmware version`)
    const declared = known.filter((each) => minimums[`15b3:${deviceIdOf(each)}`] !== undefined)
    if (declared.length === 0 && known.every((each) => !each.psid))
      return lacking('no minimum is declared for these cards and no PSID was shown to compare them by')
    return {
      status: 'pass',
      summary: `${known.length} cards run ${[...new Set(known.map((each) => each.firmware))].join(', ')}${declared.length > 0 ? ` (at least ${Object.values(minimums).join(', ')} declared)` : '; no minimum is declared, like cards are alike'}`,
    }
  },
  examples: [
    {
      name: 'recent',
      facts: { infiniband: examplePorts({ ...examplePort(0), type: 'MT4129', firmware: '28.43.2026' }) },
      context: { profile: PROFILE },
      status: 'pass',
    },
    {
      name: 'old',
      facts: { infiniband: examplePorts({ ...examplePort(0), type: 'MT4129', firmware: '28.39.1002' }) },
      context: { profile: PROFILE },
      status: 'warn',
    },
    {
      name: 'two versions of one PSID',
      facts: {
        infiniband: examplePorts(
          { ...examplePort(0), psid: 'MT_1', firmware: '28.43.2026' },
          { ...examplePort(1), psid: 'MT_1', firmware: '28.39.1002' },
        ),
      },
      status: 'warn',
    },
    {
      name: 'nothing to compare with',
      facts: { infiniband: examplePorts({ ...examplePort(0), psid: null, firmware: '28.43.2026' }) },
      status: 'lacking',
    },
  ],
})
