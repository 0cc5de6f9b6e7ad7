import { NotRead, nodeCollector } from '@/lib/collector'
import { toCapture } from '@/lib/explain/capture'
import { isKubeletFacts, type KubeletFacts } from './facts'
import { parseKubelet } from './parse'

/** kubeadm's place, then OpenShift's. */
const SCRIPT = `priv cat "$R/var/lib/kubelet/config.yaml" 2>/dev/null && exit 0
priv cat "$R/etc/kubernetes/kubelet.conf"
exit 0`

/** Resource managers of the kubelet from its file: the fact `kubeletConfig`. */
export default nodeCollector({
  id: 'kubeletConfig',
  title: 'Kubelet configuration',
  reads: {
    file: {
      via: 'node',
      lane: 'fast',
      script: SCRIPT,
      sudo: [
        { tool: 'cat', args: '/var/lib/kubelet/config.yaml' },
        { tool: 'cat', args: '/etc/kubernetes/kubelet.conf' },
      ],
    },
  },
  /** @throws NotRead when the file is elsewhere or may not be read */
  parse({ file }): KubeletFacts {
    const parsed = parseKubelet(toCapture(file.text.trim() === '' ? `${file.stderr}\n` : file.text))
    if (parsed.status !== 'ok' || !isKubeletFacts(parsed.facts))
      throw new NotRead(
        parsed.status === 'ok' ? 'unreadable' : parsed.status,
        parsed.reason?.text ?? 'the kubelet configuration could not be read',
      )
    return parsed.facts
  },
})
