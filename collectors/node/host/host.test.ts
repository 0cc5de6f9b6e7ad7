import { describe, expect, it } from 'vitest'
import { Unreadable } from '@/lib/collector'
import { parseHost } from './parse'

const TEXT = `/sys/class/dmi/id/sys_vendor:NVIDIA
/sys/class/dmi/id/product_name:DGXB200
/proc/sys/kernel/random/boot_id:5c1f0c0e-1f7e-4c45-9a5c-0d7f5f4b1d11
/proc/sys/kernel/osrelease:6.8.0-1013-nvidia
/proc/uptime:172800.52 9000000.11
/etc/machine-id:0123456789abcdef0123456789abcdef
os:"Ubuntu 24.04.2 LTS"
now:2026-11-21T12:00:00Z
`

describe('host identity', () => {
  it('reads product, boot and kernel, and when it booted', () => {
    expect(parseHost(TEXT)).toMatchObject({
      product: 'DGXB200',
      kernel: '6.8.0-1013-nvidia',
      os: 'Ubuntu 24.04.2 LTS',
      uptimeSec: 172800.52,
      bootedAt: '2026-11-19T11:59:59Z',
    })
  })

  it('cut at any byte: the same values or fewer, never others', () => {
    const whole = parseHost(TEXT)
    for (let at = 0; at < TEXT.length; at += 1) {
      try {
        const part = parseHost(TEXT.slice(0, at))
        for (const [key, value] of Object.entries(part))
          expect([null, whole[key as keyof typeof whole]]).toContain(value)
      } catch (error) {
        expect(error).toBeInstanceOf(Unreadable)
      }
    }
  })

  it('anything else is unreadable', () => {
    expect(() => parseHost('bash: no such file\n')).toThrow(Unreadable)
  })
})
