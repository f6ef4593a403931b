import { createHash, timingSafeEqual } from 'node:crypto';

/** `inspect.custom` of node:util, which documents this name for code that does not want to load it. */
const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** A value that prints as `[secret]` wherever it leaks; call `reveal()` only where it is spent. */
export class Secret {
  readonly #value: string;

  /** @throws {TypeError} when empty: an empty secret would match an empty header. */
  constructor(value: string) {
    if (value === '') throw new TypeError('A secret must not be empty');
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Compares in the same time for any candidate of any length. */
  matches(candidate: string | null | undefined): boolean {
    return candidate != null && timingSafeEqual(digest(candidate), digest(this.#value));
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspectCustom](): string {
    return '[secret]';
  }
}

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
