import { format } from '@/lib/format'
import { type IpLinkFacts, parseIpLink } from './parse'

/** Output of `ip [-d] [-j] link show` with VFs. */
export default format({
  kind: 'ip-link',
  title: 'ip -d link show (VF GUIDs and link states)',
  recognise({ text }) {
    const head = text.slice(0, 200_000)
    if (
      /^[ \t]*[[{]/m.test(head) &&
      /"ifname"\s*:/.test(head) &&
      /"(?:link_type|operstate|vfinfo_list|txqlen)"\s*:/.test(head)
    )
      return /"vfinfo_list"/.test(head) ? 95 : 75
    if (!/^[ \t]*\d{1,6}: [^\s:]{1,40}: <[A-Z_,-]*>/m.test(head))
      return /^[ \t]*vf \d{1,4} [^\n]{0,400}(?:NODE_GUID|link-state) /m.test(head) ? 85 : 0
    return /(?:^[ \t]*|\\[ \t]+)vf \d+ /m.test(head) ? 95 : 75
  },
  parse: parseIpLink,
  provides: (facts: IpLinkFacts) => (facts.pfs.length > 0 ? { sriov: { pfs: facts.pfs } } : {}),
})
