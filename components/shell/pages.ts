/** The pages in the bar, in its order. */
export const PAGES = [
  { href: '/', title: 'Fleet' },
  { href: '/causes', title: 'Causes' },
  { href: '/runs', title: 'Runs' },
  { href: '/explain', title: 'Explain' },
  { href: '/checks', title: 'Checks' },
  { href: '/doctor', title: 'Doctor' },
] as const
