import { type Capture, format } from '@/lib/format'
import { isExcerpt, parseKubelet } from './parse'

/** Kubelet configuration: file or configz. */
export default format({
  kind: 'kubelet',
  title: 'Kubelet configuration (file, configz)',
  recognise({ lines, text }: Capture) {
    const head = text.slice(0, 200_000)
    if (/^\s*\{/m.test(head)) {
      if (/^\s*\{\s*"kubeletconfig"\s*:\s*\{/m.test(head)) return 96
      if (/"kind"\s*:\s*"KubeletConfiguration"/.test(head)) return 96
    }
    if (/^kind: *"?KubeletConfiguration"?\s*$/m.test(head) && !/^[ \t]{1,40}kind: KubeletConfiguration/m.test(head))
      return 96
    // An object of Kubernetes that holds a configuration (ConfigMap, KubeletConfig) is that object.
    if (/^kind: *\S/m.test(head) && /^apiVersion: *\S/m.test(head)) return 0
    if (isExcerpt(lines.slice(0, 50))) return 65
    if (lines.some((line) => /^cat: \S{0,200}\/kubelet(?:\/config\.yaml|\.conf|-config\S{0,40}): /.test(line)))
      return 65
    const signs = head.match(
      /^[ \t]{0,40}"?(?:cpuManagerPolicy|topologyManagerPolicy|topologyManagerScope|reservedSystemCPUs)"?:/gm,
    )
    return (signs?.length ?? 0) >= 2 ? 70 : 0
  },
  parse: parseKubelet,
  provides: (facts) => ({ kubeletConfig: facts }),
})
