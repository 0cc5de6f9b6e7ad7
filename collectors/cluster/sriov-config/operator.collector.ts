import { clusterCollector, type KubeObject } from '@/lib/collector'
import { count, fields, flag, textMap, word, words } from '../fields'

/** A SriovOperatorConfig; only the one named `default` is obeyed, without it the operator does nothing. */
export interface SriovOperatorConfigFact {
  name: string
  namespace: string | null
  logLevel: number | null
  disableDrain: boolean
  /** daemon or systemd; null when not set (daemon). */
  configurationMode: string | null
  disablePlugins: readonly string[]
  /** Nodes on which the config daemon runs. */
  configDaemonNodeSelector: Readonly<Record<string, string>>
  featureGates: Readonly<Record<string, boolean>>
  enableOperatorWebhook: boolean | null
  enableInjector: boolean | null
}

/** Configuration of the SR-IOV operator. */
export default clusterCollector({
  id: 'sriovOperatorConfigs',
  title: 'SR-IOV operator configuration',
  read: {
    via: 'kube',
    group: 'sriovnetwork.openshift.io',
    version: 'v1',
    plural: 'sriovoperatorconfigs',
    kind: 'SriovOperatorConfig',
    namespaced: true,
  },
  project: projectConfig,
  nodesOf: () => '*',
  fold: (configs: readonly SriovOperatorConfigFact[]) => configs,
})

function projectConfig(object: KubeObject): SriovOperatorConfigFact {
  const spec = fields(object.spec)
  return {
    name: object.metadata.name,
    namespace: object.metadata.namespace ?? null,
    logLevel: count(spec.logLevel),
    disableDrain: flag(spec.disableDrain) === true,
    configurationMode: word(spec.configurationMode),
    disablePlugins: words(spec.disablePlugins),
    configDaemonNodeSelector: textMap(spec.configDaemonNodeSelector),
    featureGates: Object.fromEntries(
      Object.entries(fields(spec.featureGates)).flatMap(([gate, on]) => (typeof on === 'boolean' ? [[gate, on]] : [])),
    ),
    enableOperatorWebhook: flag(spec.enableOperatorWebhook),
    enableInjector: flag(spec.enableInjector),
  }
}
