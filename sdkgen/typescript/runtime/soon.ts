/** Values that are there already where the platform works at once, and come later where it does not. */

/** A value, or the promise of one. */
export type Soon<T> = T | Promise<T>;

/** What is made of a value: at once where it is there already, because a promise costs time. */
export function after<T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** All of these. */
export function all<T>(values: readonly Soon<T>[]): Soon<readonly T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as readonly T[]);
}
