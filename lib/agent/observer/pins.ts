import type { HostKeyStore } from '@/collectors/transport/types'
import type { Store } from '@/lib/agent/store/open'

/** Host keys pinned at first use, kept in the store under `hostkey/<name>`. */
export function pinsIn(store: Store): HostKeyStore {
  return {
    async get(name) {
      const row = await store.db
        .selectFrom('meta')
        .select('value')
        .where('key', '=', `hostkey/${name}`)
        .executeTakeFirst()
      return row?.value ?? null
    },
    async put(name, key) {
      await store.db
        .insertInto('meta')
        .values({ key: `hostkey/${name}`, value: key })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
  }
}
