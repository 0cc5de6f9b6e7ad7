/** The same data without `readonly`, as the schemas of the contract infer it. */
export type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T

/** A copy of plain data that may be handed to the contract: the engine's own stays untouched. */
export function writable<T>(data: T): Writable<T> {
  // The copy shares nothing with the original; only the type forgets that the original was read-only.
  return structuredClone(data) as Writable<T>
}
