import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, format } from '@/lib/format'
import { kernelOfVersions } from '../kernel/parse'
import { containerdOf, ctrServerOf, isDkms, lockdownOf, modinfoOf, ofedOf, toolOf } from './lines'
import { parseVersions } from './parse'

const WORDS =
  /^(?:(?:NVML|DRIVER|CUDA) [Vv]ersion {1,10}: \d|SecureBoot (?:enabled|disabled|validation is disabled in shim)|(?:mokutil: )?EFI variables are not supported on this system|This system doesn't support Secure Boot|modinfo: (?:ERROR: |module \S+ not found|can't open )|cat: \/sys\/kernel\/security\/lockdown: |Failed to read "?SecureBoot"? variable|Cannot determine secure boot state|.{0,60}\b(?:ofed_info|mokutil|modinfo|containerd|ctr): (?:command )?not found)/

/** Short answers of version and state commands. */
export default format({
  kind: 'versions',
  title: 'Versions: OFED, Secure Boot, lockdown, containerd, modinfo, tools',
  recognise({ lines }: Capture) {
    const some = withoutLogPrefix(lines.slice(0, 400))
      .map((line) => line.trim())
      .filter((line) => line !== '')
    if (some.length === 0) return 0
    const own = some.filter(
      (line) =>
        WORDS.test(line) ||
        isDkms(line) ||
        [ofedOf, lockdownOf, containerdOf, toolOf].some((read) => (read(line) ?? null) !== null),
    ).length
    // ofed_info without -s: the heading, then every package with its sources.
    if (/ \(OFED-\S{3,40}\):$/.test(some[0] ?? '') && ofedOf(some[0] ?? '')) return 90
    if (own > 0 && own * 2 >= some.length) return 90
    if (ctrServerOf(withoutLogPrefix(lines.slice(0, 400))) !== null) return 70
    if (own === 0 && modinfoOf(some) !== null && some.some((line) => line.startsWith('vermagic:'))) return 90
    if (modinfoOf(some) !== null) return 75
    return own > 0 && some.length <= 30 ? 45 : 0
  },
  parse: parseVersions,
  provides: (facts) => ({ kernel: kernelOfVersions(facts) }),
})
