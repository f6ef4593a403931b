import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';

/**
 * Reads one YAML document; `<<` takes the keys of another block, as in YAML 1.1. A carriage return alone ends a line,
 * as YAML says and its parser does not. What is wrong is in `errors` and `warnings` of the document.
 */
export function readYaml(text: string, lineCounter?: LineCounter): Document.Parsed {
  const options = {
    prettyErrors: false,
    merge: true,
    uniqueKeys: isSameKey,
    logLevel: 'error',
    ...(lineCounter ? { lineCounter } : {}),
  } as const;
  return parseDocument(text.replaceAll(/\r(?!\n)/g, '\n'), options);
}

/** `2.4` and `2.40` are one number and two versions. */
function isSameKey(one: unknown, other: unknown): boolean {
  if (!isScalar(one) || !isScalar(other)) return one === other;
  return one.value === other.value && (typeof one.value !== 'number' || one.source === other.source);
}

/** Makes each key that is a number the text that stands there: `2.10` names a version and not 2.1. */
export function keepWrittenKeys(document: Document.Parsed, text: string): void {
  // Most files have no such key, and visiting every node takes as long as reading them.
  if (!/(?:^|[\s{,])[-+.]?\d[\w.+-]*\s*:/m.test(text)) return;
  visit(document, {
    Pair(_, { key }) {
      if (isScalar(key) && typeof key.value === 'number' && key.source !== undefined) key.value = key.source;
    },
  });
}

/** A reference that leads nowhere; the parser would throw an error without a type, or one without a place. */
export interface BadReference {
  offset: number;
  message: string;
}

/**
 * Finds aliases without an anchor, and `<<` with something else than blocks. Visits every node once, where the text the
 * document was read from can have one of them at all.
 */
export function findBadReferences(document: Document.Parsed, text: string): BadReference[] {
  const found: BadReference[] = [];
  // An alias, a merge key, an escaped one, one by its tag: none can be written without these.
  if (!/[*<!\\]/.test(text)) return found;
  // In the order of the file: an alias means the last anchor of its name before it.
  const anchors = new Map<string, unknown>();
  const resolve = (node: unknown) => (isAlias(node) ? anchors.get(node.source) : node);
  visit(document, {
    Alias(_, alias) {
      if (!anchors.has(alias.source)) found.push(toProblem(alias, UNKNOWN_ALIAS));
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    Pair(_, { key, value }) {
      if (!isMergeKey(key)) return;
      const target = resolve(value);
      const sources = isSeq(target) ? target.items.map(resolve) : [target];
      if (!sources.every(isMap)) found.push(toProblem(key, BAD_MERGE));
    },
  });
  return found;
}

const UNKNOWN_ALIAS = 'an alias (*name) has no anchor (&name); a value that begins with * needs quotes around it';
const BAD_MERGE = '<< takes the keys of a block: write <<: *name, with &name at a block';

/** With `merge` on, the parser gives the key a symbol for a value. */
function isMergeKey(key: unknown): key is Scalar {
  return isScalar(key) && typeof key.value === 'symbol';
}

function toProblem({ range }: Alias | Scalar, message: string): BadReference {
  return { offset: range?.[0] ?? 0, message };
}
