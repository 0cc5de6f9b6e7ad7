import { z } from 'zod'
import { searchSetup } from '@/lib/runs/search/manifest'
import { searchState } from '@/lib/runs/search/state'

/** What is stored of a search besides what is shown of it: enough to go on after a restart. */
export const searchProgress = z.object({
  /** The run that went wrong. */
  of: z.string().nullable(),
  setup: searchSetup,
  state: searchState,
})
export type SearchProgress = z.output<typeof searchProgress>
