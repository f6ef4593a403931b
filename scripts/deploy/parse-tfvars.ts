/** What a variable can be given in a file of values. */
export type TfValue = string | number | boolean | null | TfValue[] | { [name: string]: TfValue };

interface Token {
  kind: 'line' | 'word' | 'number' | 'text' | 'sign' | 'end';
  text: string;
  line: number;
}

/**
 * The variables of a Terraform file of values (`.tfvars`), which holds literals and nothing to compute.
 * https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files
 * @throws {Error} with the line that is not understood.
 */
export function parseTfvars(source: string): { [name: string]: TfValue } {
  const tokens = tokenize(source);
  let position = 0;
  return readEntries('end');

  function next(): Token {
    const token = tokens[position] ?? fail('', 1);
    if (token.kind !== 'end') position += 1;
    return token;
  }

  function skipLines(): void {
    while (tokens[position]?.kind === 'line') position += 1;
  }

  function readValue(): TfValue {
    const token = next();
    if (token.kind === 'text') return readText(token);
    if (token.kind === 'number') return Number(token.text);
    if (token.text === '[') return readList();
    if (token.text === '{') return readEntries('}');
    const word = token.kind === 'word' ? WORDS.get(token.text) : undefined;
    return word === undefined ? fail(token.text, token.line) : word;
  }

  function readList(): TfValue[] {
    const items: TfValue[] = [];
    for (;;) {
      skipLines();
      if (tokens[position]?.text === ']') break;
      items.push(readValue());
      skipLines();
      if (tokens[position]?.text === ',') position += 1;
      else if (tokens[position]?.text !== ']') return failAt(next());
    }
    position += 1;
    return items;
  }

  function readEntries(end: 'end' | '}'): { [name: string]: TfValue } {
    const entries: { [name: string]: TfValue } = {};
    for (;;) {
      skipLines();
      const token = next();
      if (token.kind === 'end' ? end === 'end' : token.kind === 'sign' && token.text === end) return entries;
      if (token.kind !== 'word' && token.kind !== 'text') return failAt(token);
      const sign = next();
      if (sign.text !== '=' && (sign.text !== ':' || end === 'end')) return failAt(sign);
      entries[token.kind === 'text' ? readText(token) : token.text] = readValue();
      const after = tokens[position];
      if (after?.text === ',' && end === '}') position += 1;
      else if (after && !['line', 'end'].includes(after.kind) && after.text !== '}') return failAt(after);
    }
  }
}

const WORDS = new Map<string, TfValue>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const TOKEN =
  /(?<space>[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<line>\n)|(?<heredoc><<-?(?<mark>\w+)\n(?:[^\n]*\n)*?[ \t]*\k<mark>(?=\n|$))|(?<text>"(?:[^"\\\n]|\\.)*")|(?<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_-]*)|(?<sign>[=:,{}[\]()])/uy;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let index = 0; index < source.length; index = TOKEN.lastIndex) {
    TOKEN.lastIndex = index;
    const groups = TOKEN.exec(source)?.groups ?? fail(source.slice(index, index + 10), line);
    const text = source.slice(index, TOKEN.lastIndex);
    if (groups['heredoc'] !== undefined) tokens.push({ kind: 'text', text, line });
    for (const kind of ['line', 'text', 'number', 'word', 'sign'] as const)
      if (groups[kind] !== undefined) tokens.push({ kind, text, line });
    line += text.split('\n').length - 1;
  }
  return [...tokens, { kind: 'end', text: 'the end', line }];
}

function readText({ text, line }: Token): string {
  // `$${` stands for `${`; without the second sign it would be something to compute, which Terraform refuses here too.
  if (/(?<!\$)\$\{|(?<!%)%\{/.test(text)) fail(text, line);
  const value = text.startsWith('<<') ? readHeredoc(text) : JSON.parse(text);
  return String(value).replaceAll('$${', '${').replaceAll('%%{', '%{');
}

/** With `<<-` the lines lose the spaces all of them begin with. */
function readHeredoc(text: string): string {
  const lines = text.split('\n').slice(1, -1);
  const widths = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const cut = text.startsWith('<<-') && widths.length > 0 ? Math.min(...widths) : 0;
  return lines.map((line) => `${line.slice(cut)}\n`).join('');
}

function failAt({ text, line }: Token): never {
  return fail(text, line);
}

function fail(text: string, line: number): never {
  throw new Error(`line ${line}: ${JSON.stringify(text)} is not understood`);
}
