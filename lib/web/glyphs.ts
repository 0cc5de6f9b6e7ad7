/**
 * The built-in font: printable ASCII on a grid of 5 × 7 dots, two rows more for descenders. One character a row, in base 32: the
 * five bits of a row are its dots from left to right. Drawn for Cairn.
 */
const ROWS: Readonly<Record<string, string>> = {
  ' ': '0000000',
  '!': '4444404',
  '"': 'aa00000',
  '#': 'aavavaa',
  $: '4fke5u4',
  '%': 'op248j3',
  '&': 'cik8lid',
  "'": '4400000',
  '(': '2488842',
  ')': '8422248',
  '*': '04lel40',
  '+': '044v440',
  ',': '000000448',
  '-': '000e000',
  '.': '0000004',
  '/': '112488g',
  '0': 'ehjlphe',
  '1': '4c4444e',
  '2': 'eh1248v',
  '3': 'v2421he',
  '4': '26aiv22',
  '5': 'vgu11he',
  '6': '68guhhe',
  '7': 'v124888',
  '8': 'ehhehhe',
  '9': 'ehhf12c',
  ':': '0040040',
  ';': '004004480',
  '<': '248g842',
  '=': '00v0v00',
  '>': '8421248',
  '?': 'eh12404',
  '@': 'ehnlmge',
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'sihhhis',
  E: 'vggsggv',
  F: 'vggsggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hhpljhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hha4444',
  Z: 'v1248gv',
  '[': 'e88888e',
  '\\': 'gg84211',
  ']': 'e22222e',
  '^': '4ah0000',
  _: '0000000v',
  '`': '8400000',
  a: '00e1fhf',
  b: 'ggmphhu',
  c: '00egghe',
  d: '11djhhf',
  e: '00ehvge',
  f: '698s888',
  g: '00fhhf11e',
  h: 'ggmphhh',
  i: '40c444e',
  j: '2062222ic',
  k: 'ggikoki',
  l: 'c44444e',
  m: '00qllll',
  n: '00mphhh',
  o: '00ehhhe',
  p: '00mphhugg',
  q: '00djhhf11',
  r: '00mpggg',
  s: '00fge1u',
  t: '88s8896',
  u: '00hhhjd',
  v: '00hhha4',
  w: '00hhlla',
  x: '00ha4ah',
  y: '00hhhf11e',
  z: '00v248v',
  '{': '2448442',
  '|': '4444444',
  '}': '8442448',
  '~': '009m000',
}

/** Columns and rows of a character's cell, in dots; the last two rows hold descenders. */
export const CELL = { columns: 5, rows: 9, advance: 6 }

/** A stroke between two dots of a cell; both ends may be the same dot. */
export type Stroke = readonly [x1: number, y1: number, x2: number, y2: number]

const cache = new Map<string, readonly Stroke[]>()

/** A character as strokes: neighbouring dots are joined, so that it can be drawn smooth at any size. Unknown ones are a box. */
export function strokesOf(char: string): readonly Stroke[] {
  const known = cache.get(char)
  if (known) return known
  const rows = [...(ROWS[char] ?? 'vhhhhhv')].map((digit) => Number.parseInt(digit, 32))
  const isOn = (x: number, y: number) =>
    x >= 0 && x < CELL.columns && ((rows[y] ?? 0) & (1 << (CELL.columns - 1 - x))) !== 0
  const strokes: Stroke[] = []
  for (let y = 0; y < CELL.rows; y += 1) {
    for (let x = 0; x < CELL.columns; x += 1) {
      if (!isOn(x, y)) continue
      const ends: (readonly [number, number])[] = []
      if (isOn(x + 1, y)) ends.push([x + 1, y])
      if (isOn(x, y + 1)) ends.push([x, y + 1])
      if (isOn(x + 1, y + 1) && !isOn(x + 1, y) && !isOn(x, y + 1)) ends.push([x + 1, y + 1])
      if (isOn(x - 1, y + 1) && !isOn(x - 1, y) && !isOn(x, y + 1)) ends.push([x - 1, y + 1])
      for (const [x2, y2] of ends) strokes.push([x, y, x2, y2])
      if (ends.length === 0) strokes.push([x, y, x, y])
    }
  }
  cache.set(char, strokes)
  return strokes
}
