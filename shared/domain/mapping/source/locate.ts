import { type Document, isMap, isNode, isScalar } from 'yaml';

import type { MappingPath } from '../problem.ts';

/** Finds where in the text a path is: its key or its value, or else the nearest block around it. */
export function createLocator(document: Document): (path: MappingPath, isAboutKey: boolean) => number {
  return (path, isAboutKey) => {
    const own = isAboutKey ? keyOffset(document, path) : nodeOffset(document, path);
    if (own !== undefined) return own;
    for (let length = path.length - 1; length >= 0; length -= 1) {
      const around = nodeOffset(document, path.slice(0, length));
      if (around !== undefined) return around;
    }
    return 0;
  };
}

function nodeOffset(document: Document, path: MappingPath): number | undefined {
  const node = document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyOffset(document: Document, path: MappingPath): number | undefined {
  const parent = document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const keys = parent.items.map(({ key }) => key).filter(isScalar);
  return keys.find(({ value }) => String(value) === String(path.at(-1)))?.range?.[0];
}
