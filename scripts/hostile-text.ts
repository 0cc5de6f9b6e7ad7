const SIZE = 256 * 1024

/** Texts of 256 KiB that make careless patterns slow: blank lines, one long line, and a piece of the format over and over. Tests only. */
export function hostileTexts(pieces: readonly string[]): string[] {
  const common = ['\n', ' ', '\t\n', 'a', ':', '(', '1', '1 ', '0:', ' port 1 ']
  return [...common, ...pieces].map((piece) => piece.repeat(Math.ceil(SIZE / piece.length)))
}
