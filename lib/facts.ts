import type { collectors } from '@/collectors/index.gen'
import type { FactOf } from './collector'
import type { FleetFacts } from './fleet'

type Collected = { [C in (typeof collectors)[number] as C['id']]: FactOf<C> }

/** Every fact a check may need, by id: one per collector (inferred from `parse` or `fold`), and `fleet`, computed by the engine. */
export type Facts = Collected & { fleet: FleetFacts }

export type FactId = keyof Facts & string
