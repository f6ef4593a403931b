import { parseDocument } from 'yaml';

/** Fields of a file's head, as text or lists of text, and the text below it. */
export interface FrontMatter {
  fields: Record<string, string | string[]>;
  body: string;
}

/**
 * Reads the YAML head between two `---` lines. Values are texts or lists of texts, also `yes` and `1.0`; anything
 * nested is an empty text. Values that need quotes and have none (`applyTo: **\/*.ts`, `description: a: b`) are read as
 * they stand, because the editors that own these files do so. A file without a head has no fields.
 *
 * @throws {SyntaxError} when the head is not closed or is no mapping.
 */
export function parseFrontMatter(content: string): FrontMatter {
  const lines = content.replace(/^\ufeff/u, '').split(/\r?\n/u);
  if (lines[0]?.trimEnd() !== '---') return { fields: {}, body: content };
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (end === -1) throw new SyntaxError('the head that begins with --- is not closed');

  const head = lines.slice(1, end);
  const values = readYaml(head.join('\n')) ?? readYaml(head.map(quoteValue).join('\n'));
  if (!values) throw new SyntaxError('the head between the --- lines is not YAML with one field a line');
  const fields = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toField(value)]));
  return { fields, body: lines.slice(end + 1).join('\n') };
}

/** The mapping, with every scalar as text; `undefined` when the text is none. */
function readYaml(text: string): Record<string, unknown> | undefined {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 20 });
  } catch {
    return undefined; // An alias without its anchor, or too many of them.
  }
  if (value === null || value === undefined || value === '') return {};
  return typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
}

/** The line with its value in quotes, where the value has none and is no list, block or nested mapping. */
function quoteValue(line: string): string {
  const [, key, value] = /^([A-Za-z_][\w-]*:\s+)([^\s"'[{|>#].*)$/u.exec(line) ?? [];
  return key === undefined || value === undefined ? line : `${key}${JSON.stringify(value.trim())}`;
}

function toField(value: unknown): string | string[] {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string' && item !== '');
  return typeof value === 'string' ? value.trim() : '';
}
