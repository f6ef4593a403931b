import { closest, distance } from 'fastest-levenshtein';

import { FIELDS_OF_BLOCK } from './mapping-source.ts';

/** Says what an unknown key was probably meant to be: a near spelling, or a word that belongs to another block. */
export function suggestField(key: string, block: string): string {
  const known = FIELDS_OF_BLOCK[block] ?? [];
  const near = findNear(key.replaceAll('-', '_').toLowerCase(), known);
  const homes = Object.entries(FIELDS_OF_BLOCK).flatMap(([name, fields]) => (fields.includes(key) ? [name] : []));
  const inBlocks = homes.filter((name) => known.includes(name)).map((name) => `${name}.${key}`);
  if (near) return `did you mean ${[near, ...inBlocks].join(' or ')}?`;

  if (homes.includes('')) return `it belongs to the top of the file`;
  if (homes.includes('bindings')) return 'it belongs to a binding';
  if (homes.length > 0) return `it belongs under ${homes.join(' or ')}`;
  return known.length > 0 ? `known here: ${known.join(', ')}` : 'remove it';
}

/** The candidate that a misspelt word is near enough to. */
export function findNear(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const candidate = closest(word, [...candidates]);
  // Two swapped letters count as two.
  const most = candidate.length < 4 ? 1 : Math.max(2, Math.floor(candidate.length / 3));
  return distance(word, candidate) <= most ? candidate : undefined;
}
