/** Facts of component logs for the examples of checks and causes. */
import type { ConfigDaemonLogFacts } from '@/collectors/cluster/config-daemon-log/parse'
import type { OperatorLogFacts } from '@/collectors/cluster/operator-log/parse'
import type { RdmaPluginLogFacts } from '@/collectors/cluster/rdma-plugin-log/parse'
import type { SriovPluginLogFacts } from '@/collectors/cluster/sriov-plugin-log/parse'

/** A config daemon log without anything to say. */
export function aDaemonLog(differs: Partial<ConfigDaemonLogFacts> = {}): ConfigDaemonLogFacts {
  return {
    from: null,
    to: null,
    node: 'dgx030',
    starts: [],
    totalVfsChanges: [],
    firmwareWrites: [],
    reboots: [],
    findings: [],
    errors: [],
    settled: false,
    ...differs,
  }
}

/** A log of the RDMA shared device plugin that serves 63 handles. */
export function aRdmaLog(differs: Partial<RdmaPluginLogFacts> = {}): RdmaPluginLogFacts {
  return {
    from: null,
    to: null,
    resources: [{ name: 'rdma_shared_device_a', rdmaHcaMax: 63, exposed: 63 }],
    devices: ['0000:18:00.0'],
    empty: [],
    findings: [],
    registered: true,
    ...differs,
  }
}

/** A log of the SR-IOV device plugin with one pool of eight VFs. */
export function aSriovLog(differs: Partial<SriovPluginLogFacts> = {}): SriovPluginLogFacts {
  return {
    from: null,
    to: null,
    pools: [{ name: 'resibp24s0', devices: 8, skipped: false, config: null }],
    findings: [],
    unhealthy: [],
    registered: ['nvidia.com_resibp24s0'],
    ...differs,
  }
}

/** An operator log without anything to say. */
export function anOperatorLog(differs: Partial<OperatorLogFacts> = {}): OperatorLogFacts {
  return {
    from: null,
    to: null,
    pod: null,
    panic: null,
    evictionRefused: [],
    waitingForDrain: [],
    findings: [],
    errors: [],
    ...differs,
  }
}
