import { type Document, isMap, isNode, isScalar } from 'yaml';

import type { MappingPath } from '../problem.ts';

/** Finds where in the text a path is: its key or its value, or else the nearest block around it. */
export function createLocator(document: Document): (path: MappingPath, isAboutKey: boolean) => number {
  return (path, isAboutKey) => (isAboutKey ? keyOffset(document, path) : undefined) ?? nodeOffset(document, path);
}

function nodeOffset(document: Document, path: MappingPath): number {
  const node = document.getIn(path, true);
  if (isNode(node)) return node.range?.[0] ?? 0;
  return path.length === 0 ? 0 : nodeOffset(document, path.slice(0, -1));
}

function keyOffset(document: Document, path: MappingPath): number | undefined {
  const parent = document.getIn(path.slice(0, -1));
  if (!isMap(parent)) return undefined;
  const keys = parent.items.map(({ key }) => key).filter(isScalar);
  return keys.find(({ value }) => String(value) === String(path.at(-1)))?.range?.[0];
}
