'use strict'
/** `node scripts/keep-code.cjs PROGRAM ARG…`: runs a bundled program once, then keeps what V8 compiled of it beside it. */
const { writeFileSync } = require('node:fs')
const { start } = require('../bin/code-cache.cjs')

const [file, ...argv] = process.argv.slice(2)
const { program, script } = start(file)
program.run(argv).then(() => writeFileSync(`${file}.cache`, script.createCachedData()))
