import { check } from '@/lib/check'
import { sectionCheck } from '@/lib/reach-checks'

export default check(
  sectionCheck({
    id: 'sudo-denied',
    title: { pass: 'All privileged reads are allowed', fail: 'Some reads need root and are refused' },
    why: 'Firmware tools and the kernel log need root. Cairn runs them through `sudo -n` with exact arguments; without those lines, what they show stays unknown.',
    refs: ['host-formats §1 rule 10', 'security SEC-40'],
    status: 'denied',
    words: (section) => `${section.id} was refused`,
    fix: (sections) => [
      {
        text: `Install the shipped sudoers file (deploy/sudoers.d/cairn). Lines that are missing here: ${[...new Set(sections.flatMap((section) => section.sudo))].join('; ') || 'see docs/commands.md'}`,
        command: 'sudo install -m 0440 deploy/sudoers.d/cairn /etc/sudoers.d/cairn && sudo visudo -c',
        risk: 'config',
        verify: 'Verify again: the section answers',
      },
    ],
  }),
)
