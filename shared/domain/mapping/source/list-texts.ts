import type { MappingPath } from '../problem.ts';

/** A text of a parsed mapping, and where it is. */
export interface MappingText {
  path: MappingPath;
  /** True for a key, which is the end of its own path. */
  isKey: boolean;
  text: string;
}

/** Every key and every text in a parsed mapping, in its order. */
export function listTexts(source: unknown): MappingText[] {
  const texts: MappingText[] = [];
  visit(source, []);
  return texts;

  function visit(value: unknown, path: MappingPath): void {
    if (typeof value === 'string') texts.push({ path, isKey: false, text: value });
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
      const inside = [...path, key];
      if (typeof key === 'string') texts.push({ path: inside, isKey: true, text: key });
      visit(child, inside);
    }
  }
}

/** A binding's deepest list is at level 5; what is much deeper is no mapping and would only cost time. */
const DEEPEST = 20;

/** What is said of a mapping that is nested deeper than any mapping is. */
export const TOO_DEEP = 'lists and blocks are nested too deeply; a mapping needs no more than five levels';

/** Whether lists and blocks are nested deeper than any mapping is. Needs no stack for it. */
export function isTooDeep(source: unknown): boolean {
  let level = [source].filter(isNested);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((value): unknown[] => Object.values(value)).filter(isNested);
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
