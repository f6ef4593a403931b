import { isObject } from './is-object.ts';

/**
 * JSON text with sorted keys and a line feed at the end: the same value gives the same bytes on every machine. Each
 * member of the outermost object, and each item of a list in it, has a line of its own, so that two files can be
 * compared by line. The order of lists is part of the value. A value that JSON cannot hold throws TypeError.
 */
export function canonicalJson(value: unknown): string {
  return [...canonicalJsonChunks(value)].join('');
}

/** The same text in pieces, for files that are larger than one string should be. */
export function* canonicalJsonChunks(value: unknown): Generator<string> {
  if (!isObject(value)) {
    yield `${compact(value)}\n`;
    return;
  }
  let before = '{\n';
  for (const key of keysOf(value)) {
    yield `${before}  ${JSON.stringify(key)}: `;
    yield* member(value[key]);
    before = ',\n';
  }
  yield before === '{\n' ? '{}\n' : '\n}\n';
}

function* member(value: unknown): Generator<string> {
  if (!Array.isArray(value) || value.length === 0) {
    yield compact(value);
    return;
  }
  let before = '[\n';
  for (const item of value) {
    yield `${before}    ${compact(item)}`;
    before = ',\n';
  }
  yield '\n  ]';
}

function compact(value: unknown): string {
  if (Array.isArray(value)) return compactList(value);
  if (isObject(value)) return compactObject(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('JSON has no such number.');
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError('JSON has no such value.');
  return text;
}

// Text is added up: a list of parts to join would be made for each of a million small objects.
function compactList(items: readonly unknown[]): string {
  let text = '';
  for (const item of items) text += text === '' ? compact(item) : `,${compact(item)}`;
  return `[${text}]`;
}

function compactObject(value: Record<string, unknown>): string {
  const { keys, labels } = shapeOf(value);
  let text = '';
  for (const [index, key] of keys.entries()) {
    const own = value[key];
    if (own !== undefined) text += `${text === '' ? '' : ','}${labels[index]}${compact(own)}`;
  }
  return `{${text}}`;
}

/** Sorted by code units. A member without a value is left out, as JSON does. */
function keysOf(value: Record<string, unknown>): string[] {
  return shapeOf(value).keys.filter((key) => value[key] !== undefined);
}

/** The members an object has, as they are written. */
interface Shape {
  /** In the order of the object. */
  given: readonly string[];
  /** Sorted by code units. */
  keys: readonly string[];
  /** Each key as JSON with its colon, in the order of `keys`. */
  labels: readonly string[];
}

/** Shapes that were met last, by number of members and first key: a large report has a million objects of ten. */
const shapes = new Map<string, Shape>();
const MAX_SHAPES = 100;

function shapeOf(value: Record<string, unknown>): Shape {
  const given = Object.keys(value);
  const place = `${given.length} ${given[0]}`;
  const known = shapes.get(place);
  if (known && isSameList(known.given, given)) return known;
  const keys = given.toSorted();
  const shape = { given, keys, labels: keys.map((key) => `${JSON.stringify(key)}:`) };
  if (shapes.size >= MAX_SHAPES) shapes.clear();
  shapes.set(place, shape);
  return shape;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
