/** A table that is asked for names which come from outside: it has its own and no others, as `constructor` is to any object. */
export function nameTable<V>(entries: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, V>, entries));
}
