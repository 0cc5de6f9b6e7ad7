/**
 * What no link or export holds although a page for people who signed in may (SEC-26): where Cairn's own keys lie, as whom it connects, the
 * address of the API server, and values of environment variables outside the allow-list of DESIGN §13.
 */
export interface Own {
  /** Paths of kubeconfigs, keys, known hosts, store and configuration. */
  paths: readonly string[]
  /** Host or `host:port` of the API server, however it is written. */
  servers: readonly string[]
  /** Users that Cairn connects as. */
  users: readonly string[]
}

export const NOTHING_OWN: Own = { paths: [], servers: [], users: [] }

/** Variables whose values are what a page is about. */
const ALLOWED_ENV =
  /^(?:NCCL_|UCX_|OMPI_|PMIX_|PCIDEVICE_|NVIDIA_|CUDA_|MELLANOX_|IB_|RDMA_|FI_|SHARP_|KUBERNETES_|(?:NUM_OF_VFS|SRIOV_EN|LINK_TYPE|ATS_ENABLED|PCI_WR_ORDERING|ROCE|CNP|UCTX|MEMIC|ADVANCED_PCI|ACS|IOMMU)|CONFIG_)/
/** A number, a switch or an enumeration of a firmware tool (`True(1)`) is no secret. */
const HARMLESS = /^(?:\d{1,9}|0x[0-9a-f]{1,8}|true|false|yes|no|on|off|[A-Za-z]{1,12}\(\d{1,3}\)),?$/i

/** Makes the function that takes these things out of text; it says what it took. */
export function withoutOwn(own: Own): (text: string, fired: (what: string) => void) => string {
  const paths = literal(own.paths.filter((path) => path.length > 3))
  const servers = literal(own.servers.filter((server) => server.length > 3))
  const users = literal(own.users.filter((user) => user !== ''))
  return (text, fired) => {
    const take =
      (what: string, marker: string) =>
      (_: string, kept = ''): string => {
        fired(what)
        return `${kept}[removed:${marker}]`
      }
    let left = text
    if (paths) left = left.replace(new RegExp(paths, 'g'), () => take('Paths of Cairn and its keys', 'path')(''))
    if (servers)
      left = left.replace(new RegExp(`(?:https?://)?(?<![\\w.-])(?:${servers})(?::\\d{1,5})?(?![\\w-])`, 'gi'), () =>
        take('The address of the API server', 'API server')(''),
      )
    if (users)
      left = left.replace(new RegExp(`(?<![\\w.-])(?:${users})(?=@)`, 'g'), () =>
        take('The user Cairn connects as', 'user')(''),
      )
    return left
      .replace(/(--kubeconfig[= ]|\bKUBECONFIG=)(?!\[removed:)[^\s"']+/g, take('Paths of Cairn and its keys', 'path'))
      .replace(
        /(\bssh\b[^\n]{0,200}?[ \t]-i[ \t]+)(?!\[removed:)[^\s"']+/g,
        take('Paths of Cairn and its keys', 'path'),
      )
      .replace(
        /((?:^|[\s"'{,])server["']?:[ \t]*["']?)https?:\/\/(?!\[removed:)[^\s"',}]+/g,
        take('The address of the API server', 'API server'),
      )
      .replace(ASSIGNMENT, (whole: string, name: string, value: string) => {
        if (ALLOWED_ENV.test(name) || HARMLESS.test(value) || /^["']?\[re(?:dacted|moved):/.test(value)) return whole
        fired('Values of environment variables')
        return `${name}=[removed:environment]`
      })
      .replace(PAIR, (whole: string, head: string, name: string, middle: string, value: string) => {
        if (ALLOWED_ENV.test(name) || /^["'\\]*\[re(?:dacted|moved):/.test(value)) return whole
        fired('Values of environment variables')
        return `${head}${name}${middle}[removed:environment]`
      })
  }
}

/** `NAME=value` as shells and container runtimes write it: capitals with at least one underscore, or well-known single words. */
const ASSIGNMENT =
  /(?<![\w.-])([A-Z][A-Z0-9]{0,40}(?:_[A-Z0-9]{1,40}){1,8}|PATH|HOME|USER|LOGNAME|SHELL|HOSTNAME)=("[^"\n]*"?|'[^'\n]*'?|[^\s"',;]+)/g
/** `name: X, value: y` as Kubernetes writes a variable. */
const PAIR =
  /(\b[Nn]ame\\{0,7}["']?[ \t]{0,8}:[ \t]{0,8}\\{0,7}["']?)([A-Z][A-Z0-9_]{1,100})(\\{0,7}["']?[ \t]{0,4},?\s{0,40}\\{0,7}["']?[Vv]alue\\{0,7}["']?[ \t]{0,8}:[ \t]{0,8})(\\{0,7}"[^"\n]*"?|'[^'\n]*'?|[^\s,}\]]+)/g

function literal(words: readonly string[]): string | null {
  const sorted = [...new Set(words)].sort((a, b) => b.length - a.length).slice(0, 200)
  return sorted.length === 0 ? null : sorted.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|')
}
