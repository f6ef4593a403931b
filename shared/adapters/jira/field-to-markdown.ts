import { adfToMarkdown } from './adf/adf-to-markdown.ts';

const MAX_DEPTH = 4;

/**
 * The value of any field as Markdown: text, ADF, numbers, options with what is chosen below them, people, versions, and
 * lists of these. Empty for what has no words.
 */
export function fieldToMarkdown(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return '';
  if (Array.isArray(value)) {
    const texts = value.map((item) => fieldToMarkdown(item, depth + 1)).filter((text) => text !== '');
    return texts.join(texts.some((text) => text.includes('\n')) ? '\n\n' : ', ');
  }
  if ('type' in value && value.type === 'doc') return adfToMarkdown(value).trim();
  const own = ['value', 'name', 'displayName', 'key'].map((name) => read(value, name)).find((text) => text !== '');
  const child = 'child' in value ? fieldToMarkdown(value.child, depth + 1) : '';
  return [own ?? '', child].filter((text) => text !== '').join(' / ');
}

function read(value: object, name: string): string {
  const text: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return typeof text === 'string' || typeof text === 'number' ? String(text).trim() : '';
}
