import type { InfinibandDevice } from '@/collectors/node/infiniband/facts'
import type { SriovPf } from '@/collectors/node/sriov/facts'
import { toVerbs, type VerbsFacts } from '@/collectors/node/verbs/facts'
import { withoutLogPrefix } from '@/lib/explain/log-prefix'
import { type Capture, notOk, ok, type Parsed } from '@/lib/format'
import { toDevices } from './devices'
import { type Ecn, toEcn } from './ecn'
import { entries } from './entries'
import { toPfs } from './pfs'

/** What a `path:value` listing of sysfs says of RDMA devices, SR-IOV and RoCE congestion control. */
export interface SysfsFacts {
  devices: readonly InfinibandDevice[]
  pfs: readonly SriovPf[]
  ecn: readonly Ecn[]
  /** Character devices, where their classes were listed too. */
  verbs?: VerbsFacts
  complete?: boolean
}

/** Reads `grep -r . DIR` output and `path -> target` lines of `/sys/class/infiniband`, `/sys/class/net`, `/sys/bus/pci/devices`. */
export function parseSysfs(capture: Capture): Parsed<SysfsFacts> {
  if (capture.text.trim() === '') return notOk('absent', 'other', 'Nothing was listed')
  const lines = withoutLogPrefix(capture.lines)
  const ended = lines.at(-1) === '' ? lines : [...lines, '']
  const whole = capture.text.endsWith('\n')
  const list = entries(whole ? ended : lines)
  const verbs = toVerbs(list, new Set())
  const facts: SysfsFacts = {
    devices: toDevices(list, false),
    pfs: toPfs(list, false),
    ecn: toEcn(list),
    ...(verbs.uverbs || verbs.umad || verbs.issm ? { verbs } : {}),
  }
  // A last line without its end is cut: more may have followed.
  const cut = !/\s/.test(capture.text.slice(-1))
  if (facts.devices.length + facts.pfs.length + facts.ecn.length > 0 || facts.verbs)
    return ok(cut ? { ...facts, complete: false } : facts)
  if (/Permission denied/.test(capture.text)) return notOk('denied', 'needs-root', 'The files may not be read')
  if (/No such file or directory/.test(capture.text)) return notOk('absent', 'device-missing', 'The files do not exist')
  return notOk('unreadable', 'bad-layout', 'No known sysfs path was found')
}
