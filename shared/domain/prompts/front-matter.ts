/** Fields of a file's head, as text or lists of text, and the text below it. */
export interface FrontMatter {
  fields: Record<string, string | string[]>;
  body: string;
}

/**
 * Reads the head between two `---` lines: `key: value`, `key: [a, b]`, and `key:` followed by `- item` lines. That is all that
 * instruction, skill and agent files use; nested values are passed over. A file without a head has no fields.
 *
 * @throws {SyntaxError} when the head is not closed or a line is none of these.
 */
export function parseFrontMatter(content: string): FrontMatter {
  const lines = content.replace(/^\ufeff/u, '').split(/\r?\n/u);
  if (lines[0]?.trimEnd() !== '---') return { fields: {}, body: content };
  const end = lines.findIndex((line, index) => index > 0 && line.trimEnd() === '---');
  if (end === -1) throw new SyntaxError('the head that begins with --- is not closed');

  const fields: FrontMatter['fields'] = {};
  let key: string | undefined;
  for (const line of lines.slice(1, end)) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const pair = /^([A-Za-z_][\w-]*):(?:\s+(.*))?$/u.exec(line);
    if (pair?.[1]) {
      key = pair[1];
      fields[key] = parseValue(pair[2] ?? '');
    } else if (key !== undefined && /^\s*- /u.test(line)) {
      fields[key] = [...toList(fields[key]), unquote(line.replace(/^\s*- /u, ''))];
    } else if (key === undefined || !/^\s/u.test(line)) {
      throw new SyntaxError(`the head has a line that is no field: ${line.slice(0, 60)}`);
    }
  }
  return { fields, body: lines.slice(end + 1).join('\n') };
}

function parseValue(text: string): string | string[] {
  const value = text.trim();
  if (!value.startsWith('[') || !value.endsWith(']')) return unquote(value);
  return value
    .slice(1, -1)
    .split(',')
    .map(unquote)
    .filter((item) => item !== '');
}

function toList(value: string | string[] | undefined): string[] {
  if (Array.isArray(value)) return value;
  return value ? [value] : [];
}

function unquote(text: string): string {
  const value = text.trim();
  return /^(["']).*\1$/u.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}
