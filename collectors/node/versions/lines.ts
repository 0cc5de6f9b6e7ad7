import type { ModuleInfo, VersionFacts } from './facts'

/** `ofed_info -s`: `MLNX_OFED_LINUX-23.10-5.1.4.0:` or `OFED-internal-25.10-1.7.1:`. */
export function ofedOf(line: string): VersionFacts['ofed'] {
  const match = /^(MLNX_OFED_LINUX|OFED-internal)-((\d{1,2}\.\d{1,2})-[\d.]{1,30}?)\.?(?::|\s*$| \(OFED-)/.exec(line)
  if (!match) return null
  return {
    flavour: match[1] === 'MLNX_OFED_LINUX' ? 'mlnx-ofed' : 'doca-ofed',
    version: match[2] ?? '',
    branch: match[3] ?? null,
  }
}

/** `none [integrity] confidentiality`: the active mode is in brackets. */
export function lockdownOf(line: string): VersionFacts['lockdown'] {
  const match =
    /^(?:\/sys\/kernel\/security\/lockdown:)?(\[none\]|none)(?: (\[integrity\]|integrity))?(?: (\[confidentiality\]|confidentiality))?\s*$/.exec(
      line,
    )
  const active = match?.slice(1).filter((word) => word?.startsWith('[')) ?? []
  const word = active[0]?.slice(1, -1)
  return active.length === 1 && (word === 'none' || word === 'integrity' || word === 'confidentiality') ? word : null
}

/** `containerd github.com/containerd/containerd v1.7.27 SHA`; distribution builds lack the v, the SHA or both. */
export function containerdOf(line: string): VersionFacts['containerd'] {
  const version = /^containerd (?:\S{1,100} )?v?(\d{1,3}\.\d{1,4}\.\d{1,4})(?=[\s~+-]|\.m\s)/.exec(`${line} `)?.[1]
  return version === undefined ? null : { version }
}

/** `ctr version`: the block `Server:` is what runs. */
export function ctrServerOf(lines: readonly string[]): VersionFacts['containerd'] {
  const at = lines.findIndex((line) => /^Server:\s*$/.test(line))
  if (at < 0 || !lines.some((line) => /^Client:\s*$/.test(line))) return null
  for (const line of lines.slice(at + 1, at + 4)) {
    const version = /^\s+Version:\s+v?(\d{1,3}\.\d{1,4}\.\d{1,4})(?=[\s~+-])/.exec(`${line} `)?.[1]
    if (version !== undefined) return { version }
  }
  return null
}

/** First version of each tool that can print JSON; tools not named here are not known. */
const JSON_SINCE: Readonly<Record<string, readonly [number, number]>> = {
  mstconfig: [4, 31],
  mlxconfig: [4, 31],
  mstfwreset: [4, 36],
  mlxfwreset: [4, 36],
  dmesg: [2, 38],
}

/** Name and version in a line and the blank behind it. */
const TOOLS: readonly RegExp[] = [
  /^((?:mst|mlx)\w{1,20}|mst|flint|mic), (?:mstflint|mft) v?(\d{1,3}\.\d{1,3}\.\d{1,4})[-,\s]/,
  /^(mft) (\d{1,3}\.\d{1,3}\.\d{1,4})-\d{1,4}\s/,
  /^(crio|podman|runc) version (\d{1,3}\.\d{1,3}\.\d{1,4})[\s+~-]/,
  /^(Docker) version (\d{1,3}\.\d{1,3}\.\d{1,4})[-+~]?\S{0,40}, build ./,
  /^(lspci) version (\d{1,3}\.\d{1,3}\.\d{1,4})\s/,
  /^(ethtool) version (\d{1,3}\.\d{1,3})\s/,
  /^(NVIDIA-SMI) version {1,4}: (\d{3,4}\.\d{1,4}\.\d{1,4}) $/,
  /^(\w{1,20}) from util-linux (\d{1,3}\.\d{1,3}(?:\.\d{1,4})?)[\s-]/,
  /^(rdma|devlink|ip|dcb) utility, iproute2-(\d{1,3}\.\d{1,3}\.\d{1,4})[\s,-]/,
  /^(ibstat|ibping|perfquery|sminfo|iblinkinfo) BUILD VERSION: (\d{1,3}\.\d{1,3}(?:\.\d{1,4})?)[\s-]/,
]
/** One of these stands in each of them. */
const TOOL = / version |, m(?:stflint|ft) |^mft | from util-linux | utility, | BUILD VERSION: /
const COMMANDS = new Map([
  ['Docker', 'docker'],
  ['NVIDIA-SMI', 'nvidia-smi'],
])

/** `mstconfig, mstflint 4.21.0, Git SHA Hash: N/A`, `lspci version 3.9.0`, `dmesg from util-linux 2.38.1`. */
export function toolOf(line: string): VersionFacts['tool'] {
  const text = `${line} `
  if (!TOOL.test(text)) return null
  const match = TOOLS.map((pattern) => pattern.exec(text)).find((each) => each !== null)
  const [, printed, version] = match ?? []
  if (printed === undefined || version === undefined) return null
  const name = COMMANDS.get(printed) ?? printed
  const since = JSON_SINCE[name]
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const json = since === undefined ? null : major > since[0] || (major === since[0] && minor >= since[1])
  return { name, version, jsonOutput: json }
}

/** Reads `modinfo NAME`; null when these lines are none. */
export function modinfoOf(lines: readonly string[]): ModuleInfo | null {
  const value = (key: string) => {
    for (const line of lines) if (line.startsWith(`${key}:`)) return line.slice(key.length + 1).trim() || null
    return null
  }
  const file = value('filename')
  const name = value('name') ?? /([\w-]{1,64})\.ko(?:\.\w{2,4})?$/.exec(file ?? '')?.[1]?.replaceAll('-', '_')
  if (name === undefined || name === null || (file === null && value('vermagic') === null)) return null
  const version = value('version')
  return {
    name,
    version,
    flavour: flavourOf(name, file, version),
    vermagicKernel: value('vermagic')?.split(' ')[0] ?? null,
    dkms: file === null || !file.startsWith('/') ? null : /\/(?:updates|extra)\/dkms\//.test(file),
    srcversion: value('srcversion'),
  }
}

/** `dkms status`: `mlnx-ofed-kernel/24.10.OFED.24.10.1.1.4.1, 5.15.0-122-generic, x86_64: installed`; before 3.0 with a comma for the slash. */
const DKMS =
  /^([\w.+-]{1,64})(?:\/|, )([\w.:+~-]{1,80}), ([\w.+~-]{1,80}), (?:x86_64|aarch64|amd64|arm64): (?:added|built|installed)\b/

/** True for a line of `dkms status`. */
export function isDkms(line: string): boolean {
  return DKMS.test(line)
}

/** The package of drivers that dkms has built: OFED's where it is among them, else the only one; null where that does not tell which. */
export function dkmsOf(lines: readonly string[]): ModuleInfo | null {
  const all = lines.flatMap((line) => {
    const [, name, version, kernel] = DKMS.exec(line.trim()) ?? []
    return name !== undefined && version !== undefined && kernel !== undefined ? [{ name, version, kernel }] : []
  })
  const ofed = all.filter(({ name }) => /^mlnx-(?:ofed-kernel|en)$/.test(name))
  const [first, ...more] = ofed.length > 0 ? ofed : all
  if (!first || more.some((each) => each.name !== first.name || each.version !== first.version)) return null
  return {
    name: first.name,
    version: first.version,
    flavour: ofed.length > 0 ? 'ofed' : null,
    vermagicKernel: more.some(({ kernel }) => kernel !== first.kernel) ? null : first.kernel,
    dkms: true,
  }
}

/** Modules that OFED builds (its ofa_kernel, isert, srp, iser, rds, knem and xpmem packages); others beside the kernel's own are not its. */
const OFED_BUILT = /^(?:ib_|iw_|rdma_|mlx|mdev|auxiliary|rds|rpcrdma|svcrdma|xprtrdma|nvme|memtrack|knem|xpmem)/

/** OFED puts its modules beside the kernel's own and gives them its version. */
function flavourOf(name: string, file: string | null, version: string | null): ModuleInfo['flavour'] {
  if (version !== null && /^\d{2}\.\d{2}-/.test(version) && OFED_BUILT.test(name)) return 'ofed'
  const beside = file !== null && /\/(?:updates|extra|weak-updates)\//.test(file)
  if (beside) return OFED_BUILT.test(name) ? 'ofed' : null
  return file !== null && (/\/modules\/[^/]+\/kernel\//.test(file) || file === '(builtin)') ? 'inbox' : null
}
