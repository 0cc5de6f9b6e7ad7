/** Prints `passed failed` of a vitest or Playwright JSON report; a suite that did not even load counts as a failure. */
import { readFileSync } from 'node:fs'

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
if ('numPassedTests' in report) {
  const unloaded = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
  ).length
  console.log(`${report.numPassedTests} ${report.numFailedTests + unloaded}`)
} else {
  const { expected = 0, unexpected = 0, flaky = 0 } = report.stats ?? {}
  console.log(`${expected + flaky} ${unexpected + (report.errors?.length ?? 0)}`)
}
