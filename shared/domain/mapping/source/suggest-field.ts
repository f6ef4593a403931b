import { closest, distance } from 'fastest-levenshtein';
import { nameSome } from '../../../kernel/text/list-some.ts';

import { FIELDS_OF_BLOCK } from './mapping-source.ts';

/** Says what an unknown key was probably meant to be: a near spelling, or a word that belongs to another block. */
export function suggestField(key: string, block: string): string {
  const known = FIELDS_OF_BLOCK[block] ?? [];
  const word = key.replaceAll('-', '_').toLowerCase();
  const inner = findInner(word, known);
  if (inner) return `write ${inner}`;
  const near = findNear(word, known);
  const homes = Object.entries(FIELDS_OF_BLOCK).flatMap(([name, fields]) => (fields.includes(key) ? [name] : []));
  const inBlocks = homes.filter((name) => known.includes(name)).map((name) => `${name}.${key}`);
  if (near) return `did you mean ${[near, ...inBlocks].join(' or ')}?`;

  if (homes.includes('')) return `it belongs to the top of the file`;
  if (homes.includes('bindings')) return 'it belongs to a binding';
  if (homes.length > 0) return `it belongs under ${homes.join(' or ')}`;
  return known.length > 0 ? `known here: ${listKnown(known)}` : 'remove it';
}

/** Names that are listed in one line; of more than that, only the first ones. */
const MOST_LISTED = 12;
const FIRST_LISTED = 8;

function listKnown(known: readonly string[]): string {
  if (known.length <= MOST_LISTED) return known.join(', ');
  return `${nameSome(known, FIRST_LISTED)} (docs/configuration.md)`;
}

/** `trigger_label` is often written for `trigger: { label: ... }`, and `status_in_progress` for a status. */
function findInner(word: string, known: readonly string[]): string | undefined {
  for (const block of known) {
    for (const stem of [block, block.replace(/(?:e?s)$/, '')]) {
      const field = word.startsWith(`${stem}_`) ? word.slice(stem.length + 1) : '';
      if (FIELDS_OF_BLOCK[block]?.includes(field)) return `${block}: { ${field}: ... }`;
    }
  }
  return undefined;
}

/** The candidate that a misspelt word is near enough to. */
export function findNear(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  // `modle` is `model` with two letters swapped, although `mode` is fewer changes away.
  const candidate = candidates.find((one) => sortLetters(one) === sortLetters(word)) ?? closest(word, [...candidates]);
  // Two swapped letters count as two.
  const most = candidate.length < 4 ? 1 : Math.max(2, Math.floor(candidate.length / 3));
  return distance(word, candidate) <= most ? candidate : undefined;
}

function sortLetters(word: string): string {
  return [...word].sort().join('');
}
