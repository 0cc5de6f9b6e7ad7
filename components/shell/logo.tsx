/** The cairn: four stones, widest at the bottom. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size * 0.9} viewBox="0 0 20 18" fill="currentColor" aria-hidden="true">
      <rect x="7" y="0" width="6" height="4" rx="1.5" />
      <rect x="4.6" y="4.8" width="10.8" height="4" rx="1.5" opacity=".8" />
      <rect x="2.3" y="9.6" width="15.4" height="4" rx="1.5" opacity=".6" />
      <rect x="0" y="14.4" width="20" height="3.6" rx="1.5" opacity=".42" />
    </svg>
  )
}
