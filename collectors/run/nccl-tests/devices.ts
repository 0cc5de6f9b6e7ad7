/** Longest list of ranks remembered. */
const MAX_RANKS = 65_536

const DEVICE =
  /Rank {1,6}(\d{1,7}) {1,4}(?:Group {1,6}(\d{1,9}) {1,4})?(?:Pid {1,12}(\d{1,10}) )?on {1,40}(\S{1,253}) {1,4}device {1,4}\d{1,4} \[([^\]]{0,20})\] ?(.*)$/

/** The device list at the head of a table: who takes part (nccl.md §1.1). */
export class DeviceList {
  private ranks = new Set<number>()
  private highest = -1
  private hosts = new Map<string, number>()
  private rankHost = new Map<number, string>()
  private models = new Set<string>()
  private groups = new Set<number>()
  private ended = false
  private elided = false
  private shortLists = 0
  /** Ranks of whole lists of earlier runs. */
  private readonly earlier = new Set<number>()

  /** Reads one complete line; true where it is a device line. */
  line(text: string): boolean {
    const device = text.includes('device') ? DEVICE.exec(text) : null
    if (device) {
      this.add(Number(device[1]), device[4] ?? '', (device[6] ?? '').trim(), Number(device[2] ?? 0))
      return true
    }
    if (this.ranks.size === 0 || this.ended) return false
    if (/^#? *\.\.\./.test(text.trim())) this.elided = true
    else if (text.trim() !== '') this.ended = true
    return false
  }

  /** One device, from a line or from JSON. */
  add(rank: number, host: string, model: string, group: number): void {
    if (this.ranks.has(rank)) this.restart()
    if (this.groups.size < MAX_RANKS) this.groups.add(group)
    if (this.ranks.size >= MAX_RANKS) return
    this.ranks.add(rank)
    this.highest = Math.max(this.highest, rank)
    this.hosts.set(host, (this.hosts.get(host) ?? 0) + 1)
    if (this.rankHost.size < 16_384) this.rankHost.set(rank, host)
    if (model !== '' && model !== '...' && this.models.size < 8) this.models.add(model)
    this.ended = false
  }

  /** JSON says where its list ends. */
  end(): void {
    this.ended = true
  }

  /** A rank comes again: another run, or another process that believes to be alone. */
  private restart(): void {
    const alone = this.highest === 0
    const { complete } = this
    if (complete !== null && this.earlier.size < 16) this.earlier.add(complete)
    this.shortLists += alone ? 1 : 0
    this.ranks = new Set()
    this.highest = -1
    if (!alone) this.hosts = new Map()
    this.rankHost = new Map()
    this.groups = new Set()
    this.elided = false
  }

  get seen(): boolean {
    return this.ranks.size > 0
  }

  /** Several processes list themselves as the only rank: a binary without MPI. */
  get alone(): boolean {
    return this.shortLists > 0 && this.highest === 0
  }

  /** Another run of the capture had another number of ranks: there is no one number for all. */
  get differs(): boolean {
    return [...this.earlier].some((ranks) => ranks !== this.ranks.size)
  }

  /** Ranks, where the whole list was seen: without gap from 0, and another line followed. */
  get complete(): number | null {
    return this.ended && !this.elided && this.seen && this.highest + 1 === this.ranks.size ? this.ranks.size : null
  }

  /** At least so many ranks: where the list is elided. */
  get atLeast(): number | null {
    return this.seen && this.complete === null ? this.highest + 1 : null
  }

  /** GPUs that only RCCL drives. */
  get isAmd(): boolean {
    return [...this.models].some((model) => /^AMD\b/.test(model))
  }

  /** Groups that NCCL_TESTS_SPLIT made of the ranks: each measures for itself. */
  get groupCount(): number {
    return this.groups.size
  }

  get model(): string | null {
    return this.models.size === 1 ? ([...this.models][0] ?? null) : null
  }

  hostOf(rank: number): string | null {
    return this.rankHost.get(rank) ?? null
  }

  hostList(): { host: string; ranks: number }[] {
    return [...this.hosts].map(([host, ranks]) => ({ host, ranks }))
  }
}
