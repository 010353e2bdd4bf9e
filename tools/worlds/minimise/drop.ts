/** The list without its first half, without its second, without a quarter …, without each single element. */
export function* withoutParts<Value>(list: readonly Value[]): Generator<readonly Value[]> {
  for (let size = list.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < list.length; start += size) {
      yield [...list.slice(0, start), ...list.slice(start + size)];
    }
  }
}

/** The object without each of the members named that it has. */
export function* withoutMembers<Value extends object>(value: Value, keys: readonly OptionalKey<Value>[]): Generator<Value> {
  for (const key of keys) {
    if (value[key] === undefined) continue;
    const smaller = { ...value };
    Reflect.deleteProperty(smaller, key);
    yield smaller;
  }
}

/** Members that the type lets be absent. */
export type OptionalKey<Value> = { [Key in keyof Value]-?: Partial<Value> extends Pick<Value, Key> ? Key : never }[keyof Value];

/** The list with one element in place of another. */
export function replaced<Value>(list: readonly Value[], index: number, value: Value): Value[] {
  return list.map((old, at) => (at === index ? value : old));
}
