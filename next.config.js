/** Headers that do not depend on the request; pages get their nonce CSP from proxy.ts. */
const common = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'X-Frame-Options', value: 'DENY' },
  {
    key: 'Permissions-Policy',
    value:
      'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()',
  },
]
const inert = { key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'" }

/** @type {import('next').NextConfig} */
const config = {
  output: process.env.CAIRN_STANDALONE === '1' ? 'standalone' : undefined,
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  devIndicators: false,
  // Types are a gate of their own (`npm run typecheck`), over all of the tree and not only what pages reach.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['ssh2', 'libsql', 'pino'],
  headers: async () => [
    { source: '/:path*', headers: common },
    { source: '/_next/static/:path*', headers: [inert] },
    // Chats that do not fetch pictures themselves show them from our address; whoever has the link may see it anyway.
    { source: '/s/:id/image.png', headers: [{ key: 'Cross-Origin-Resource-Policy', value: 'cross-origin' }] },
    { source: '/api/:path*', headers: [inert] },
    // Next hands a route's own content type to its compressor as a list, which that does not understand; set here it is a text
    // and JSON is compressed (535 kB to 40 kB for 2,000 nodes). All of the API but its event stream is JSON.
    {
      source: '/api/v1/:path((?!events$).*)',
      headers: [{ key: 'Content-Type', value: 'application/json; charset=utf-8' }],
    },
    { source: '/(healthz|readyz|metrics)', headers: [inert] },
  ],
  rewrites: async () => ({
    // The image optimiser stays off the network (SEC-19).
    beforeFiles: [{ source: '/_next/image', destination: '/not-here' }],
    afterFiles: [],
    fallback: [],
  }),
}

export default config
