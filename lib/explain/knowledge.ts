import { formats } from '@/collectors/formats.gen'
import { collectors } from '@/collectors/index.gen'
import { causes } from '@/lib/causes/index.gen'
import { checks } from '@/lib/checks/index.gen'
import type { Knowledge } from './explain'

/** All formats, collectors, checks and causes of this build. */
export const knowledge: Knowledge = { formats, collectors, checks, causes }
