import Link from 'next/link'

export default function NotFound() {
  return (
    <main className="mx-auto flex min-h-[70dvh] max-w-md flex-col justify-center gap-3 px-5">
      <h1 className="text-xl font-semibold tracking-tight">There is no such page</h1>
      <p className="text-muted">
        The address may be mistyped. A frozen link that has ended or was revoked also leads here.
      </p>
      <p>
        <Link href="/" prefetch={false} className="link">
          To the fleet
        </Link>
      </p>
    </main>
  )
}
