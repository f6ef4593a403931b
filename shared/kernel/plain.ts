import { Secret } from './secret.ts';

export interface ToPlainOptions {
  /** Applied to every string, keys included, before it is shortened. */
  mapText: (text: string) => string;
  /** Whether errors carry their stack. */
  stacks?: boolean;
}

const MAX_DEPTH = 8;
const MAX_ITEMS = 200;
const MAX_TEXT = 16_000;

/** Field names whose text is never shown. */
const HIDDEN_FIELDS: ReadonlySet<string> = new Set([
  'apikey',
  'authorization',
  'cookie',
  'password',
  'privatetoken',
  'secret',
  'setcookie',
  'token',
]);

/**
 * Any value as data that `JSON.stringify` takes: cycles, BigInts, functions, Errors with their causes, Maps, throwing
 * getters and endless strings become something readable. Never throws.
 */
export function toPlain(value: unknown, options: ToPlainOptions): unknown {
  return convert(value, options, []);
}

function convert(value: unknown, options: ToPlainOptions, parents: readonly object[]): unknown {
  switch (typeof value) {
    case 'string':
      return shorten(options.mapText(value));
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'symbol':
    case 'function':
      return `[${typeof value}]`;
    case 'object':
      return value === null ? null : convertObject(value, options, parents);
    default:
      return value;
  }
}

function convertObject(value: object, options: ToPlainOptions, parents: readonly object[]): unknown {
  if (parents.includes(value)) return '[cycle]';
  if (parents.length >= MAX_DEPTH) return '[too deep]';
  const inside = [...parents, value];
  try {
    if (value instanceof Secret) return '[secret]';
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
    if (value instanceof URL) return shorten(options.mapText(value.href));
    if (value instanceof Error) return convertError(value, options, inside);
    if (Array.isArray(value) || value instanceof Set) return convertItems([...value], options, inside);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map)
      return convertEntries(
        [...value].map(([key, item]) => [String(key), item]),
        options,
        inside,
      );
    if ('toJSON' in value && typeof value.toJSON === 'function') return convert(value.toJSON(), options, inside);
    return convertEntries(readEntries(value), options, inside);
  } catch {
    // A proxy, a hostile toJSON or a revoked object: the line matters more than this field.
    return '[unreadable]';
  }
}

/** What a reader needs of an error: name, code, HTTP status, message and what caused it. */
function convertError(error: Error, options: ToPlainOptions, inside: readonly object[]): unknown {
  const { name, message, cause } = error;
  const facts: [string, unknown][] = [
    ['name', name],
    ['code', readWord(error, 'code')],
    ['status', readWord(error, 'status') ?? readWord(error, 'statusCode')],
    ['message', message],
    ['errors', error instanceof AggregateError ? error.errors : undefined],
    ['cause', cause],
    ['stack', options.stacks ? error.stack : undefined],
  ];
  return convertEntries(
    facts.filter(([, fact]) => fact !== undefined),
    options,
    inside,
  );
}

function readWord(from: object, key: string): string | number | undefined {
  const value: unknown = Reflect.get(from, key);
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function convertItems(items: unknown[], options: ToPlainOptions, inside: readonly object[]): unknown[] {
  const shown = items.slice(0, MAX_ITEMS).map((item) => convert(item, options, inside));
  return items.length > MAX_ITEMS ? [...shown, `[${items.length - MAX_ITEMS} more]`] : shown;
}

function convertEntries(entries: [string, unknown][], options: ToPlainOptions, inside: readonly object[]): unknown {
  const shown = entries
    .slice(0, MAX_ITEMS)
    .map(([key, item]) => [options.mapText(key), hide(key, item) ?? convert(item, options, inside)]);
  if (entries.length > MAX_ITEMS) shown.push(['[more]', entries.length - MAX_ITEMS]);
  return Object.fromEntries(shown);
}

function hide(key: string, item: unknown): string | undefined {
  const isHidden = typeof item === 'string' && HIDDEN_FIELDS.has(key.toLowerCase().replaceAll(/[-_]/g, ''));
  return isHidden ? '[secret]' : undefined;
}

/** Own enumerable fields; a getter that throws costs only its own field. */
function readEntries(value: object): [string, unknown][] {
  return Object.keys(value).map((key) => {
    try {
      return [key, Reflect.get(value, key)];
    } catch {
      return [key, '[unreadable]'];
    }
  });
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}... [${text.length - MAX_TEXT} more characters]` : text;
}
