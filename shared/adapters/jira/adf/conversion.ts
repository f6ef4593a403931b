import type { Definition, Nodes } from 'mdast';

import type { AdfNode } from './adf.ts';

/** What surrounds a block. ADF forbids headings, quotes, rules and tables inside quotes and list items. */
export type Place = 'doc' | 'quote' | 'item';

/** What the parts of one conversion from Markdown share. */
export interface Conversion {
  definitions: ReadonlyMap<string, Definition>;
  /** Blocks as ADF nodes that are allowed in `place`. */
  toBlocks(nodes: Nodes[], place: Place, depth: number): AdfNode[];
  /** A fresh id for a task list or task item, unique within the document. */
  nextLocalId(): string;
}
