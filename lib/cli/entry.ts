import { cliMain } from './main'

process.exitCode = await cliMain(process.argv.slice(2))
