'use client'

import dynamic from 'next/dynamic'
import { usePathname, useRouter } from 'next/navigation'
import { useTheme } from 'next-themes'
import { type ReactNode, useEffect, useState } from 'react'
import { copyText } from '@/components/ui/copy-button'
import { Toasts } from '@/components/ui/toast'
import { useHotkeys } from './hotkeys'
import { LivenessBanner } from './liveness'
import { Providers } from './providers'
import { useSignedOut } from './session'
import { TopBar } from './top-bar'

// Dialogs come when they are wanted: most visits need none, and the fleet route has a size budget (UX-12).
const HelpDialog = dynamic(() => import('./help-dialog').then((module) => module.HelpDialog), { ssr: false })
const SignInAgain = dynamic(() => import('./sign-in-again').then((module) => module.SignInAgain), { ssr: false })
const Palette = dynamic(() => import('./palette').then((module) => module.Palette), { ssr: false })

/** The frame of every page behind the login. */
export function Console({ children }: { children: ReactNode }) {
  return (
    <Providers>
      <Frame>{children}</Frame>
    </Providers>
  )
}

function Frame({ children }: { children: ReactNode }) {
  const router = useRouter()
  const path = usePathname()
  const { resolvedTheme, setTheme } = useTheme()
  const [help, setHelp] = useState(false)
  const signedOut = useSignedOut()
  const [palette, setPalette] = useState<'never' | 'open' | 'closed'>('never')
  const flip = () => setTheme(resolvedTheme === 'light' ? 'dark' : 'light')
  const search = () => setPalette('open')
  useHotkeys({
    '?': () => setHelp(true),
    '/': search,
    t: flip,
    y: () => void copyText(location.href, 'Link to this view'),
    'g f': () => router.push('/'),
    'g c': () => router.push('/causes'),
    'g r': () => router.push('/runs'),
    'g d': () => router.push('/doctor'),
    'g e': () => router.push('/explain'),
    'g k': () => router.push('/checks'),
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return
      event.preventDefault()
      setPalette((now) => (now === 'open' ? 'closed' : 'open'))
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <a
        href="#main"
        className="sr-only z-60 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <TopBar path={path} onSearch={search} onHelp={() => setHelp(true)} onTheme={flip} />
      <LivenessBanner />
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[1400px] px-4 pt-3.5 pb-16 outline-none md:px-5">
        {children}
      </main>
      {palette !== 'never' && (
        <Palette
          open={palette === 'open'}
          onOpenChange={(open) => setPalette(open ? 'open' : 'closed')}
          onTheme={flip}
          onHelp={() => setHelp(true)}
        />
      )}
      {help && <HelpDialog open onOpenChange={setHelp} />}
      {signedOut && <SignInAgain />}
      <Toasts />
    </>
  )
}
