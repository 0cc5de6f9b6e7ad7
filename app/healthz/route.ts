import { pipe } from '@/lib/web/pipe'

export const dynamic = 'force-dynamic'

export { pipe as GET }
