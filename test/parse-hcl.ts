/**
 * A block such as `resource "type" "name" { ... }`; `dynamic "env" { content { ... } }` is the block `env` it stands
 * for.
 */
export interface HclBlock {
  type: string;
  labels: string[];
  attributes: HclAttribute[];
  blocks: HclBlock[];
  line: number;
  /** What a dynamic block is made for. */
  each?: string;
}

export interface HclAttribute {
  name: string;
  /** The expression as it stands in the file, comments left out. */
  text: string;
  line: number;
}

interface Token {
  kind: 'word' | 'text' | 'sign' | 'line';
  text: string;
  line: number;
}

/**
 * The structure of a Terraform file: blocks, attributes and the text of their expressions. Enough to check names by;
 * expressions are not evaluated. @throws {Error} with the line when braces or quotes do not fit.
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 */
export function parseHcl(source: string): HclBlock {
  const tokens = tokenize(source);
  let position = 0;
  const root: HclBlock = { type: 'file', labels: [], attributes: [], blocks: [], line: 1 };
  readBody(root, true);
  return root;

  function readBody(block: HclBlock, outermost: boolean): void {
    for (;;) {
      const token = tokens[position];
      if (!token) {
        if (outermost) return;
        throw new Error(`line ${block.line}: the block ${block.type} is not closed`);
      }
      position += 1;
      if (token.kind === 'line') continue;
      if (token.text === '}' && !outermost) return;
      if (token.kind !== 'word') throw new Error(`line ${token.line}: a name was expected instead of ${token.text}`);
      if (tokens[position]?.text === '=') readAttribute(block, token);
      else readBlock(block, token);
    }
  }

  function readAttribute(block: HclBlock, { text: name, line }: Token): void {
    position += 1;
    const parts: Token[] = [];
    for (let depth = 0; ; position += 1) {
      const token = tokens[position];
      if (!token || (depth === 0 && (token.kind === 'line' || token.text === '}'))) break;
      if (token.kind === 'sign' && '{[('.includes(token.text)) depth += 1;
      if (token.kind === 'sign' && '}])'.includes(token.text)) depth -= 1;
      parts.push(token);
    }
    block.attributes.push({ name, text: parts.map((part) => part.text).join(' '), line });
  }

  function readBlock(parent: HclBlock, { text: type, line }: Token): void {
    const labels: string[] = [];
    for (let token = tokens[position]; token && token.text !== '{'; token = tokens[position]) {
      if (token.kind === 'line' || token.kind === 'sign')
        throw new Error(`line ${line}: ${type} is neither block nor value`);
      labels.push(token.text.replaceAll('"', ''));
      position += 1;
    }
    position += 1;
    const block: HclBlock = { type, labels, attributes: [], blocks: [], line };
    readBody(block, false);
    parent.blocks.push(type === 'dynamic' ? toStatic(block) : block);
  }
}

function toStatic({ labels, blocks, line, attributes }: HclBlock): HclBlock {
  const content = blocks.find(({ type }) => type === 'content');
  const each = attributes.find(({ name }) => name === 'for_each')?.text;
  if (!content || !each) throw new Error(`line ${line}: a dynamic block needs for_each and content`);
  return { ...content, type: labels[0] ?? '', each };
}

const TOKEN =
  /(?<space>[ \t\r]+)|(?<comment>#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<line>\n)|(?<word>[\p{L}_][\p{L}\p{N}_-]*|\d[\d.]*)|(?<sign>=>|==|!=|<=|>=|&&|\|\||\.\.\.|[-+*/%<>!?:=.,{}()[\]])/uy;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let index = 0; index < source.length; ) {
    if (source[index] === '"') {
      const end = findQuoteEnd(source, index, line);
      tokens.push({ kind: 'text', text: source.slice(index, end), line });
      index = end;
      continue;
    }
    TOKEN.lastIndex = index;
    const groups = TOKEN.exec(source)?.groups;
    if (!groups) throw new Error(`line ${line}: ${JSON.stringify(source.slice(index, index + 10))} is not understood`);
    const text = source.slice(index, TOKEN.lastIndex);
    for (const kind of ['word', 'sign', 'line'] as const)
      if (groups[kind] !== undefined) tokens.push({ kind, text, line });
    line += text.split('\n').length - 1;
    index = TOKEN.lastIndex;
  }
  return tokens;
}

/** Behind the closing quote. Inside `${ }` there may be quotes again. */
function findQuoteEnd(source: string, start: number, line: number): number {
  for (let index = start + 1, depth = 0; index < source.length; index += 1) {
    if (depth === 0 && source[index] === '\\') index += 1;
    else if (source.startsWith('${', index) || source.startsWith('%{', index)) {
      depth += 1;
      index += 1;
    } else if (depth > 0 && source[index] === '"') index = findQuoteEnd(source, index, line) - 1;
    else if (depth > 0 && source[index] === '{') depth += 1;
    else if (depth > 0 && source[index] === '}') depth -= 1;
    else if (depth === 0 && source[index] === '"') return index + 1;
  }
  throw new Error(`line ${line}: the text is not closed`);
}
