import { pipe } from '@/lib/web/pipe'

export const dynamic = 'force-dynamic'

/** The whole API is the agent's (DESIGN law 5). */
export { pipe as DELETE, pipe as GET, pipe as POST }
