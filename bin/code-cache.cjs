'use strict'
/**
 * Runs a bundled program (`dist/chunks/NAME.cjs`) through V8's code cache: half of a command's start is compiling. The build makes the
 * cache; where another V8 reads it or the text has changed, V8 refuses it and the program is compiled as usual. Nothing is written here.
 * The text is ASCII (scripts/bundle.mjs): half the bytes, and none to decode.
 */
const { readFileSync } = require('node:fs')
const { createRequire } = require('node:module')
const { dirname } = require('node:path')
const { Script } = require('node:vm')

/** @returns what the program exports, and the script it was compiled to */
function start(file) {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`
  const script = new Script(source, { filename: file, cachedData: cacheOf(file) })
  const module = { exports: {} }
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
  return { program: module.exports, script }
}

function cacheOf(file) {
  try {
    return readFileSync(`${file}.cache`)
  } catch {
    // Not built with one: compiled as usual.
    return undefined
  }
}

module.exports = { start }
