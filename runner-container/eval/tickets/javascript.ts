import type { EvalTicket } from './ticket.ts';

const text = String.raw;
const language = 'javascript';

export const JAVASCRIPT: readonly EvalTicket[] = [
  {
    id: 'js-1',
    language,
    summary: 'Round amounts half to even',
    description:
      '`roundMoney(value)` in `src/money.mjs` must round to two places, and halves to the even neighbour: 0.125 is 0.12 and 0.375 is 0.38. Negative amounts are rounded as positive ones are.',
    files: {
      'src/money.mjs': text`/** An amount with two places. */
export function roundMoney(value) {
  return Math.round(value * 100) / 100;
}

/** For people: 3.5 is "3.50 EUR". */
export function formatMoney(value, currency = 'EUR') {
  return roundMoney(value).toFixed(2) + ' ' + currency;
}
`,
      'test/money.test.mjs': text`import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMoney, roundMoney } from '../src/money.mjs';

test('rounds to two places', () => {
  assert.equal(roundMoney(1.239), 1.24);
  assert.equal(roundMoney(2), 2);
});

test('writes the currency', () => {
  assert.equal(formatMoney(3.5), '3.50 EUR');
});
`,
    },
    hidden: text`import { formatMoney, roundMoney } from './src/money.mjs';
for (const value of [0.125, 0.375, -0.125, -0.375, 0.625, 1.239, 2, 100.5, 0]) show(roundMoney(value));
show(formatMoney(0.625, 'USD'));
`,
    expected: ['0.12', '0.38', '-0.12', '-0.38', '0.62', '1.24', '2', '100.5', '0', '"0.62 USD"'],
    answer: {
      'src/money.mjs': text`/** An amount with two places; halves go to the even neighbour. */
export function roundMoney(value) {
  const scaled = Math.abs(value) * 100;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 === 1);
  return (Math.sign(value) * (floor + (up ? 1 : 0))) / 100;
}

/** For people: 3.5 is "3.50 EUR". */
export function formatMoney(value, currency = 'EUR') {
  return roundMoney(value).toFixed(2) + ' ' + currency;
}
`,
    },
  },
  {
    id: 'js-2',
    language,
    summary: 'Group words by their first letter',
    description:
      'Add `groupByLetter(words)` to `src/words.mjs`. It returns an object from the upper-case first letter to the words that begin with it, in the order they were given. Empty words are left out.',
    files: {
      'src/words.mjs': text`/** Words that are not empty. */
export function countWords(words) {
  return words.filter((word) => word !== '').length;
}
`,
      'test/words.test.mjs': text`import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countWords } from '../src/words.mjs';

test('counts words', () => {
  assert.equal(countWords(['a', '', 'b']), 2);
});
`,
    },
    hidden: text`import { countWords, groupByLetter } from './src/words.mjs';
show(groupByLetter(['pear', 'Plum', '', 'fig', 'peach']));
show(groupByLetter([]));
show(Object.keys(groupByLetter(['b', 'a', 'B'])).sort());
show(countWords(['a', '', 'b']));
`,
    expected: ['{"P":["pear","Plum","peach"],"F":["fig"]}', '{}', '["A","B"]', '2'],
    answer: {
      'src/words.mjs': text`/** Words that are not empty. */
export function countWords(words) {
  return words.filter((word) => word !== '').length;
}

/** Words by their upper-case first letter, in the order given. */
export function groupByLetter(words) {
  const groups = {};
  for (const word of words) {
    if (word !== '') (groups[word[0].toUpperCase()] ??= []).push(word);
  }
  return groups;
}
`,
    },
  },
  {
    id: 'js-3',
    language,
    summary: 'Drop what was used longest ago from the cache',
    description:
      'The cache in `src/cache.mjs` drops the entry that was added first when it is full. It must drop the one that was read or written longest ago.',
    files: {
      'src/cache.mjs': text`/** Keeps so many entries and forgets the others. */
export class Cache {
  #entries = new Map();

  constructor(size) {
    this.size = size;
  }

  get(key) {
    return this.#entries.get(key);
  }

  set(key, value) {
    this.#entries.set(key, value);
    if (this.#entries.size > this.size) this.#entries.delete(this.#entries.keys().next().value);
  }
}
`,
      'test/cache.test.mjs': text`import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cache } from '../src/cache.mjs';

test('keeps so many entries', () => {
  const cache = new Cache(2);
  for (const key of ['a', 'b', 'c']) cache.set(key, key);
  assert.equal(cache.get('a'), undefined);
  assert.equal(cache.get('c'), 'c');
});
`,
    },
    hidden: text`import { Cache } from './src/cache.mjs';
const cache = new Cache(2);
cache.set('a', 1);
cache.set('b', 2);
show(cache.get('a'));
cache.set('c', 3);
show([cache.get('b') ?? null, cache.get('a'), cache.get('c')]);
cache.set('a', 4);
cache.set('d', 5);
show([cache.get('c') ?? null, cache.get('a'), cache.get('d')]);
show(cache.get('nothing') ?? null);
cache.set('e', 6);
show([cache.get('a') ?? null, cache.get('d'), cache.get('e')]);
`,
    expected: ['1', '[null,1,3]', '[null,4,5]', 'null', '[null,5,6]'],
    answer: {
      'src/cache.mjs': text`/** Keeps so many entries and forgets those that were used longest ago. */
export class Cache {
  #entries = new Map();

  constructor(size) {
    this.size = size;
  }

  get(key) {
    if (!this.#entries.has(key)) return undefined;
    const value = this.#entries.get(key);
    this.set(key, value);
    return value;
  }

  set(key, value) {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.size) this.#entries.delete(this.#entries.keys().next().value);
  }
}
`,
    },
  },
  {
    id: 'js-4',
    language,
    summary: 'Read durations with units',
    description:
      '`parseDuration(text)` in `src/duration.mjs` knows whole seconds only. It must read `90`, `90s`, `2m`, `1h`, and sums from the largest unit to the smallest such as `1h30m`, and return seconds. For everything else it returns `null`.',
    files: {
      'src/duration.mjs': text`/** Seconds of a text, or null. */
export function parseDuration(text) {
  return /^\d+$/.test(text) ? Number(text) : null;
}
`,
      'test/duration.test.mjs': text`import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../src/duration.mjs';

test('reads seconds', () => {
  assert.equal(parseDuration('90'), 90);
  assert.equal(parseDuration('soon'), null);
});
`,
    },
    hidden: text`import { parseDuration } from './src/duration.mjs';
for (const given of ['90', '90s', '2m', '1h', '1h30m', '1h0m5s', '1h5s']) show(parseDuration(given));
for (const given of ['', 'h', '1x', '1h 30m', '30m1h', '-5', '1.5h', 's1']) show(parseDuration(given));
`,
    expected: ['90', '90', '120', '3600', '5400', '3605', '3605', ...Array.from({ length: 8 }, () => 'null')],
    answer: {
      'src/duration.mjs': text`/** Seconds of a text such as 90, 2m or 1h30m; null for everything else. */
export function parseDuration(text) {
  if (/^\d+$/.test(text)) return Number(text);
  const parts = /^(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (!parts) return null;
  const [, hours = 0, minutes = 0, seconds = 0] = parts;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
`,
    },
  },
  {
    id: 'js-5',
    language,
    summary: 'Escape the cells of the CSV export',
    description:
      '`toCsv(rows)` in `src/csv.mjs` joins cells as they are. Cells with a comma, a quote or a line break must be quoted, with quotes doubled. Every line ends with CRLF. A cell that begins with `=`, `+`, `-` or `@` gets an apostrophe before it, so that no spreadsheet runs it.',
    files: {
      'src/csv.mjs': text`/** Rows of texts as CSV. */
export function toCsv(rows) {
  return rows.map((row) => row.join(',') + '\r\n').join('');
}
`,
      'test/csv.test.mjs': text`import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv } from '../src/csv.mjs';

test('writes a line for each row', () => {
  assert.equal(toCsv([['a', 'b'], ['c', 'd']]), 'a,b\r\nc,d\r\n');
});
`,
    },
    hidden: text`import { toCsv } from './src/csv.mjs';
show(toCsv([['a', 'b']]));
show(toCsv([['a,b', 'say "hi"', 'x\ny']]));
show(toCsv([['=1+1'], ['@x'], ['+2', '-3'], ['a=b']]));
show(toCsv([]));
show(toCsv([['']]));
`,
    expected: [
      text`"a,b\r\n"`,
      text`"\"a,b\",\"say \"\"hi\"\"\",\"x\ny\"\r\n"`,
      text`"'=1+1\r\n'@x\r\n'+2,'-3\r\na=b\r\n"`,
      '""',
      text`"\r\n"`,
    ],
    answer: {
      'src/csv.mjs': text`/** Rows of texts as CSV that no spreadsheet runs. */
export function toCsv(rows) {
  return rows.map((row) => row.map(toCell).join(',') + '\r\n').join('');
}

function toCell(value) {
  const safe = /^[=+@-]/.test(value) ? "'" + value : value;
  return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}
`,
    },
  },
];
