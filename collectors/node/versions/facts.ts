/** Facts of kind `versions` (EXPLAIN §3): what of it was in the capture. */
export interface VersionFacts {
  ofed?: { flavour: 'mlnx-ofed' | 'doca-ofed' | 'inbox'; version: string; branch: string | null } | null
  secureBoot?: boolean | null
  secureBootSupported?: boolean | null
  shimValidation?: boolean | null
  lockdown?: 'none' | 'integrity' | 'confidentiality' | null
  containerd?: { version: string } | null
  module?: ModuleInfo | null
  tool?: { name: string; version: string; jsonOutput: boolean | null } | null
}

/** `modinfo`. */
export interface ModuleInfo {
  name: string
  version: string | null
  /** Null where neither path nor version tells. */
  flavour: 'ofed' | 'inbox' | null
  vermagicKernel: string | null
  dkms: boolean | null
  srcversion?: string | null
}
