import { at, flag, isFields, items, word, words } from '../fields'

/** One pool (resource) of the SR-IOV device plugin's configuration. */
export interface SriovPoolConfig {
  resourceName: string
  prefix: string | null
  deviceType: string | null
  vendors: readonly string[]
  /** As written: `ibp24s0` or `ibp24s0#0-3`. */
  pfNames: readonly string[]
  rootDevices: readonly string[]
  linkTypes: readonly string[]
  /** Null where not written: false for the plugin. */
  isRdma: boolean | null
}

/**
 * Reads the JSON of one node; null when it is not the plugin's configuration.
 * The SR-IOV operator writes `IsRdma` and `NeedVhostNet` with capitals (k8s-formats §20.11).
 */
export function parseSriovPools(config: string): readonly SriovPoolConfig[] | null {
  const parsed = json(config)
  const list = at(parsed, 'resourceList')
  if (!isFields(parsed) || (!Array.isArray(list) && list !== null)) return null
  return items(list).flatMap((each) => {
    const resourceName = word(each.resourceName)
    return resourceName === null ? [] : selectorsOf(each).map((selectors) => pool(each, resourceName, selectors))
  })
}

/** `selectors` is one map, or a list of alternatives. */
function selectorsOf(each: Readonly<Record<string, unknown>>): readonly unknown[] {
  if (Array.isArray(each.selectors)) return items(each.selectors)
  return [each.selectors]
}

function pool(each: Readonly<Record<string, unknown>>, resourceName: string, selectors: unknown): SriovPoolConfig {
  return {
    resourceName,
    prefix: word(each.resourcePrefix),
    deviceType: word(each.deviceType),
    vendors: words(at(selectors, 'vendors')),
    pfNames: words(at(selectors, 'pfNames')),
    rootDevices: words(at(selectors, 'rootDevices')),
    linkTypes: words(at(selectors, 'linkTypes')),
    isRdma: flag(at(selectors, 'isRdma')) ?? flag(at(selectors, 'IsRdma')),
  }
}

function json(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
