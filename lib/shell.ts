/**
 * Quotes arguments for a POSIX shell, for commands that people copy. A word of safe characters stays bare;
 * everything else is single-quoted. Control characters are refused: they would hide what is pasted (SEC-20).
 * @throws RangeError when an argument holds a control character.
 */
export function shellQuote(argv: readonly string[]): string {
  return argv.map(quoteWord).join(' ')
}

function quoteWord(word: string): string {
  if (/[\u0000-\u001f\u007f-\u009f]/.test(word)) throw new RangeError('control character in a command argument')
  if (word !== '' && /^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/**
 * A shell command as a template: literal text stays, every value is quoted.
 * A value that cannot be quoted (hostile name) becomes `'?'`, so that the command stays readable and harmless.
 */
export function sh(literals: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return literals.reduce((text, literal, index) => text + quoteOrMark(values[index - 1]) + literal)
}

function quoteOrMark(value: string | number | undefined): string {
  try {
    return quoteWord(String(value ?? ''))
  } catch {
    return "'?'"
  }
}
