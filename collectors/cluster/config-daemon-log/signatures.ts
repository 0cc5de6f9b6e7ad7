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
    pattern:
      /required a change in the TotalVfs but the policy is externally managed|externallyManaged and TotalVfs configured|the policy is (?:configured as )?externally ?managed/i,
  },
  { id: 'netlink-message-too-long', severity: 'fail', pattern: /message too long/ },
  { id: 'pf-status-file', severity: 'fail', pattern: /failed to load PF status from disk/ },
  {
    id: 'link-type-unsupported',
    severity: 'fail',
    pattern: /Not supported link type|Unknown link type|does not support link type change/i,
  },
  {
    id: 'vf-driver-refused',
    severity: 'fail',
    pattern: /fail to bind driver for device|cannot bind driver .{1,60} to /,
  },
  {
    id: 'sriov-write-refused',
    severity: 'fail',
    pattern: /fail(?:ed)? to set NumVfs for device|SetSriovNumVfs\(\): fail to (?:re)?set NumVfs file/i,
  },
  { id: 'total-vfs-needs-reboot', severity: 'warn', pattern: /Changing TotalVfs\b.{0,40}, needs reboot/ },
  { id: 'link-type-needs-reboot', severity: 'warn', pattern: /Changing LinkTypeP[12]\b.{0,60}, needs reboot/ },
  { id: 'sriov-en-needs-reboot', severity: 'warn', pattern: /(?:en|dis)abling Sriov, needs reboot/ },
  { id: 'eswitch-needs-reboot', severity: 'warn', pattern: /Changing eswitch params .{0,60}needs reboot/ },
  { id: 'kernel-args-need-reboot', severity: 'warn', pattern: /need reboot for updating kernel arguments/ },
  { id: 'rdma-modules', severity: 'warn', pattern: /RDMA modules are not loaded/ },
  { id: 'systemd-services', severity: 'warn', pattern: /some sriov systemd services are not available/ },
  {
    id: 'mstconfig-failed',
    severity: 'fail',
    pattern: /mellanox-plugin (?:getMlnxNicFwData|configFW|resetFW)\(\): failed/,
  },
  {
    id: 'sriov-config-failed',
    severity: 'fail',
    pattern:
      /cannot configure sriov interfaces|fail to configure sriov interface\. resetting|SyncNodeState\(\): fail to config sriov interface/i,
  },
  { id: 'device-plugin-restart', severity: 'warn', pattern: /failed to restart device plugin on the node/ },
  { id: 'sync-failed', severity: 'fail', pattern: /: sync failed: / },
  {
    id: 'plugin-error',
    severity: 'fail',
    pattern:
      /OnNodeStateChange plugin error|plugin Apply failed|nodeStateSyncHandler\(\): plugin \S{1,60} (?:error|fail to apply):/,
  },
]

/** Lines that hand an error on: they name no device of their own and count where the error itself is not in the log. */
export const REPEATS: ReadonlySet<string> = new Set(['plugin-error', 'sriov-config-failed', 'sync-failed'])

/** Words that begin a more special line, too: they count on whole lines only. */
export const GENERAL: ReadonlySet<string> = new Set([
  ...REPEATS,
  'mstconfig-failed',
  'sriov-write-refused',
  'total-vfs-needs-reboot',
])

/** The daemon found everything as wanted: what it complained of before is overcome (pkg/daemon of 1.0 to 1.6). */
export const HEALTHY =
  /^(?:nodeStateSyncHandler\(\): |shouldSkipReconciliation\(\): )?(?:interfaces? not changed|sync succeeded|current state and desire state are equal|configuration of the node completed)/i

/** Errors that heal by themselves, or after which the daemon goes on as before (pkg/host, pkg/helper: "assume", "skip", "retrying"). */
export const BENIGN =
  /the object has been modified|Operation cannot be fulfilled|context canceled|leader election lost|http: TLS handshake error|assume legacy|non-fatal|\bwarning\b|, ignoring|retrying|skip SendEvent|falling back to|GetNetDevLinkSpeed\(\)|tryEnable(?:Tun|VhostNet)\(\)|DevlinkDeviceParam\(\)|no RDMA capable devices|getVfInfo\(\)|GetNetDevNodeGUID\(\)|DiscoverVDPAType\(\)|Could not read IOMMU group/i
