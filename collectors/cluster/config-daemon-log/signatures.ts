import type { Signature } from '../logs/findings'

/**
 * Lines of the SR-IOV config daemon that mean something. Source: k8s-formats §3.2 (SNO pkg/daemon, pkg/plugins/mellanox,
 * pkg/host/internal/sriov), mstflint mlxconfig for the register error.
 */
export const SIGNATURES: readonly Signature[] = [
  { id: 'nv-access-registers', severity: 'fail', pattern: /NV access registers|Failed to open the device/ },
  { id: 'dpu-mode', severity: 'fail', pattern: /is in DPU mode/ },
  { id: 'lockdown', severity: 'fail', pattern: /lockdown mode/i },
  { id: 'numvfs-above-totalvfs', severity: 'fail', pattern: /NumVfs \(\d{1,5}\) is larger than TotalVfs \(\d{1,5}\)/ },
  {
    id: 'externally-managed-too-small',
    severity: 'fail',
    pattern: /required a change in the TotalVfs but the policy is externally managed/,
  },
  { id: 'netlink-message-too-long', severity: 'fail', pattern: /message too long/ },
  { id: 'pf-status-file', severity: 'fail', pattern: /failed to load PF status from disk/ },
  {
    id: 'link-type-unsupported',
    severity: 'fail',
    pattern: /Not supported link type|Unknown link type|does not support link type change/i,
  },
  {
    id: 'sriov-write-refused',
    severity: 'fail',
    pattern: /cannot configure sriov interfaces|fail(?:ed)? to set NumVfs for device/i,
  },
  { id: 'device-plugin-restart', severity: 'warn', pattern: /failed to restart device plugin on the node/ },
  { id: 'plugin-error', severity: 'fail', pattern: /OnNodeStateChange plugin error|plugin Apply failed/ },
]

/** The daemon found everything as wanted: what it complained of before is overcome. */
export const HEALTHY =
  /^(?:Interfaces not changed|interfaces not changed|sync succeeded|configuration of the node completed)/

/** Errors of controllers that heal by themselves. */
export const BENIGN =
  /the object has been modified|Operation cannot be fulfilled|context canceled|leader election lost|http: TLS handshake error/
