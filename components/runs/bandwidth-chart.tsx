'use client'

import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type { Run, RunRow } from '@/lib/contract/runs'
import { bytes, rate } from './words'

export interface Series {
  id: string
  title: string
  rows: readonly RunRow[]
}

export interface BandwidthChartProps {
  series: readonly Series[]
  /** Also draws algbw of the first series. */
  withAlgorithm?: boolean
  expected: Run['expected']
  /** The band of a healthy run at each size. */
  curve?: Run['expectedCurve']
}

/** One size: bandwidth by series, and the healthy band. */
type Point = Record<string, number | null | [low: number, high: number]>

/** Lines told apart by dash as well as colour. */
const LOOKS = [
  { stroke: 'var(--ok)', dash: undefined },
  { stroke: 'var(--accent)', dash: '7 4' },
  { stroke: 'var(--unknown)', dash: '2 3' },
  { stroke: 'var(--warn)', dash: '10 3 2 3' },
  { stroke: 'var(--fail)', dash: '5 5' },
  { stroke: 'var(--muted)', dash: '1 4' },
] as const

/** Bandwidth by message size on a logarithmic axis, with the band that large sizes should reach. The table beside it is its twin. */
export function BandwidthChart({ series, withAlgorithm = false, expected, curve = [] }: BandwidthChartProps) {
  const sizes = [...new Set(series.flatMap((entry) => entry.rows.map((row) => row.sizeBytes)))]
    .filter((size) => size > 0)
    .sort((a, b) => a - b)
  const data = sizes.map((size) => {
    const point: Point = { size }
    const healthy = curve.find((each) => each.sizeBytes === size)
    if (healthy) point.band = [healthy.lowGBps, healthy.highGBps]
    for (const entry of series) point[entry.id] = entry.rows.find((row) => row.sizeBytes === size)?.busbwGBps ?? null
    if (withAlgorithm) point.algbw = series[0]?.rows.find((row) => row.sizeBytes === size)?.algbwGBps ?? null
    return point
  })
  const peak = Math.max(0, ...data.flatMap((point) => series.map((entry) => numberOf(point[entry.id]))))
  const top = Math.max(peak, expected?.busbwGBpsHigh ?? 0) * 1.08
  const ticks = sizes.filter((_, index) => index % Math.ceil(sizes.length / 8) === 0)
  const words = `${series.map((entry) => `${entry.title}: up to ${rate(peakOf(entry.rows))} GB/s over ${entry.rows.length} sizes`).join('. ')}${expected ? `. Expected at large sizes: ${expected.busbwGBpsLow} to ${expected.busbwGBpsHigh} GB/s` : ''}`
  return (
    <figure className="px-2 pt-3 pb-2">
      <div role="img" aria-label={words} className="h-72">
        <ResponsiveContainer width="100%" height="100%">
          <ComposedChart data={data} margin={{ top: 6, right: 18, bottom: 4, left: 0 }} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--line-soft)" vertical={false} />
            <XAxis
              dataKey="size"
              type="number"
              scale="log"
              domain={['dataMin', 'dataMax']}
              ticks={ticks}
              tickFormatter={(size: number) => bytes(size)}
              stroke="var(--line)"
              tick={{ fill: 'var(--muted)', fontSize: 11 }}
            />
            <YAxis
              domain={[0, Math.ceil(top / 50) * 50]}
              width={46}
              stroke="var(--line)"
              tick={{ fill: 'var(--muted)', fontSize: 11 }}
            />
            {expected && expected.busbwGBpsLow === expected.busbwGBpsHigh && (
              <ReferenceLine
                y={expected.busbwGBpsLow}
                stroke="var(--accent)"
                strokeDasharray="6 4"
                label={{
                  value: 'expected at large sizes',
                  position: 'insideTopLeft',
                  fill: 'var(--muted)',
                  fontSize: 11,
                }}
              />
            )}
            {expected && expected.busbwGBpsLow < expected.busbwGBpsHigh && (
              <ReferenceArea
                y1={expected.busbwGBpsLow}
                y2={expected.busbwGBpsHigh}
                fill="var(--accent)"
                fillOpacity={0.14}
                stroke="var(--accent)"
                strokeOpacity={0.35}
                strokeDasharray="3 3"
                label={{
                  value: 'expected at large sizes',
                  position: 'insideTopLeft',
                  fill: 'var(--muted)',
                  fontSize: 11,
                }}
              />
            )}
            {curve.length > 0 && (
              <Area
                dataKey="band"
                name="healthy"
                fill="var(--accent)"
                fillOpacity={0.1}
                stroke="none"
                isAnimationActive={false}
                tooltipType="none"
                activeDot={false}
              />
            )}
            <Tooltip
              isAnimationActive={false}
              labelFormatter={(size) => (typeof size === 'number' ? bytes(size) : '')}
              formatter={(value, name) => [`${typeof value === 'number' ? rate(value) : '–'} GB/s`, name]}
              contentStyle={{
                background: 'var(--raised)',
                border: '1px solid var(--line)',
                borderRadius: 7,
                fontSize: 12,
              }}
              labelStyle={{ color: 'var(--muted)' }}
              itemStyle={{ color: 'var(--text)', padding: 0 }}
            />
            {withAlgorithm && (
              <Line
                dataKey="algbw"
                name="algbw"
                stroke="var(--muted)"
                strokeDasharray="4 4"
                strokeWidth={1.5}
                dot={false}
                isAnimationActive={false}
                connectNulls
              />
            )}
            {series.map((entry, index) => {
              const look = LOOKS[index % LOOKS.length] ?? LOOKS[0]
              return (
                <Line
                  key={entry.id}
                  dataKey={entry.id}
                  name={entry.title}
                  stroke={look.stroke}
                  strokeDasharray={look.dash}
                  strokeWidth={2}
                  dot={{ r: 2.5, fill: look.stroke, strokeWidth: 0 }}
                  isAnimationActive={false}
                  connectNulls
                />
              )
            })}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <figcaption className="flex flex-wrap gap-x-5 px-2 pt-1 text-xs text-muted">
        {series.map((entry, index) => (
          <Key
            key={entry.id}
            title={entry.title}
            stroke={LOOKS[index % LOOKS.length]?.stroke ?? 'var(--text)'}
            dash={LOOKS[index % LOOKS.length]?.dash}
          />
        ))}
        {curve.length > 0 && (
          <span className="inline-flex items-center gap-1.5">
            <svg width="26" height="9" aria-hidden="true">
              <path d="M0 0h26v9H0z" fill="var(--accent)" fillOpacity="0.2" />
            </svg>
            healthy at each size
          </span>
        )}
        {withAlgorithm && <Key title="algbw" stroke="var(--muted)" dash="4 4" />}
      </figcaption>
    </figure>
  )
}

function Key({ title, stroke, dash }: { title: string; stroke: string; dash?: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <svg width="26" height="6" aria-hidden="true">
        <path d="M0 3h26" stroke={stroke} strokeWidth="2" strokeDasharray={dash} />
      </svg>
      {title}
    </span>
  )
}

function numberOf(value: Point[string] | undefined): number {
  return typeof value === 'number' ? value : 0
}

function peakOf(rows: readonly RunRow[]): number {
  return Math.max(0, ...rows.map((row) => row.busbwGBps ?? 0))
}
