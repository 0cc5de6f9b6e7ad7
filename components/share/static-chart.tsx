import { bytes, rate } from '@/components/runs/words'
import type { FrozenRow } from '@/lib/contract/snapshots'

const SIZE = { width: 720, height: 250, left: 48, bottom: 26, top: 14, right: 12 }

/** Bus bandwidth by message size as plain markup: for pages without scripts. The table beside it is its twin. */
export function StaticChart({
  rows,
  expected = null,
}: {
  rows: readonly FrozenRow[]
  expected?: { low: number; high: number } | null
}) {
  const points = rows.flatMap((row) =>
    row.sizeBytes > 0 && row.busbwGBps !== null ? [{ size: row.sizeBytes, busbw: row.busbwGBps }] : [],
  )
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last || first.size === last.size) return null
  const peak = Math.max(1, ...points.map((point) => point.busbw))
  const top = Math.max(peak, expected?.high ?? 0) * 1.1
  const span = Math.log2(last.size) - Math.log2(first.size)
  const wide = SIZE.width - SIZE.left - SIZE.right
  const high = SIZE.height - SIZE.top - SIZE.bottom
  const x = (size: number) => SIZE.left + ((Math.log2(size) - Math.log2(first.size)) / span) * wide
  const y = (busbw: number) => SIZE.top + high - (busbw / top) * high
  const every = Math.ceil(points.length / 7)
  return (
    <figure className="panel px-2 pt-2">
      <figcaption className="px-2 text-xs text-muted">busbw in GB/s by message size</figcaption>
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        role="img"
        aria-label={`Bus bandwidth up to ${rate(peak)} GB/s over ${points.length} message sizes`}
        className="h-auto w-full"
      >
        {expected && (
          <g>
            <rect
              x={SIZE.left}
              y={y(expected.high)}
              width={wide}
              height={Math.max(2, y(expected.low) - y(expected.high))}
              fill="var(--ok)"
              opacity="0.14"
            />
            <text x={SIZE.left + 8} y={y(expected.high) - 5} fontSize="11" fill="var(--muted)">
              expected
            </text>
          </g>
        )}
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <path
              d={`M${SIZE.left} ${y(peak * part)}H${SIZE.width - SIZE.right}`}
              stroke="var(--line-soft)"
              strokeWidth="1"
            />
            <text x={SIZE.left - 6} y={y(peak * part) + 4} textAnchor="end" fontSize="11" fill="var(--muted)">
              {Math.round(peak * part)}
            </text>
          </g>
        ))}
        {points.map((point, index) =>
          index % every === 0 ? (
            <text
              key={point.size}
              x={x(point.size)}
              y={SIZE.height - 8}
              textAnchor={index === 0 ? 'start' : 'middle'}
              fontSize="11"
              fill="var(--muted)"
            >
              {bytes(point.size)}
            </text>
          ) : null,
        )}
        <polyline
          points={points.map((point) => `${x(point.size)},${y(point.busbw)}`).join(' ')}
          fill="none"
          stroke="var(--accent)"
          strokeWidth="2"
        />
        {points.map((point) => (
          <circle key={point.size} cx={x(point.size)} cy={y(point.busbw)} r="3" fill="var(--accent)" />
        ))}
      </svg>
    </figure>
  )
}
