/**
 * The import law of docs/architecture.md, with dependency-cruiser: who may import whom. Fails also when too few files were seen: a gate over
 * nothing proves nothing.
 */
import { cruise } from 'dependency-cruiser'

const PURE = '^(collectors/(node|cluster|run|history)|lib/(checks|causes|engine|profiles|rules|expected))/'
const TESTS = '(\\.test\\.tsx?$|/fixtures/|^e2e/|/testing\\.ts$|/test/)'
const law = (name, from, to) => ({ name, severity: 'error', from: { pathNot: TESTS, ...from }, to })

const forbidden = [
  law('pure-no-node', { path: PURE }, { dependencyTypes: ['core'] }),
  law('pure-no-io', { path: PURE }, { path: '^(lib/(agent|cli|web)|collectors/transport|app|components)/' }),
  law(
    'pages-know-the-contract',
    { path: '^(app|components)/' },
    { path: '^(lib/(agent|engine|cli)|collectors/transport)/' },
  ),
  law(
    'only-transport-has-ssh',
    { pathNot: `${TESTS}|^collectors/transport/|^scripts/` },
    { path: '^node_modules/(ssh2|@kubernetes/client-node)/' },
  ),
  law('product-knows-no-lab', { path: '^(app|components|lib|collectors)/' }, { path: '^e2e/' }),
  law(
    'no-cycles',
    { path: '^(lib|collectors|components)/' },
    { circular: true, viaOnly: { pathNot: '\\.gen\\.ts$', dependencyTypesNot: ['type-only'] } },
  ),
]

const { output } = await cruise(
  ['app', 'collectors', 'components', 'lib'],
  {
    ruleSet: { forbidden },
    validate: true,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.gen\\.ts$' },
  },
  { tsConfig: undefined, extensions: ['.ts', '.tsx', '.js', '.mjs'], alias: { '@': process.cwd() } },
  { tsConfig: { options: { baseUrl: process.cwd(), paths: { '@/*': ['./*'] } } } },
)
const { violations, totalCruised } = output.summary
for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} → ${to}`)
console.log(`${totalCruised} files, ${violations.length} violations`)
if (totalCruised < 300) {
  console.error('import law: fewer than 300 files were seen')
  process.exit(1)
}
process.exit(violations.length > 0 ? 1 : 0)
