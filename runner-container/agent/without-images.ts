import { isObject } from '../../shared/kernel/is-object.ts';
import { parseJson } from '../../shared/kernel/parse-json.ts';

/**
 * The body of a model call with words in place of every image; `undefined` where it has none. It knows the parts of
 * chat completions, of responses and of Anthropic's messages, also in results of tools.
 */
export function withoutImages(body: ArrayBuffer): ArrayBuffer | undefined {
  const text = new TextDecoder().decode(body);
  if (!Object.keys(TEXT_PARTS).some((type) => text.includes(`"${type}"`))) return undefined;
  let count = 0;
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (!isObject(value)) return value;
    const type = typeof value['type'] === 'string' ? TEXT_PARTS[value['type']] : undefined;
    if (type !== undefined && (isObject(value['source']) || 'image_url' in value)) {
      count += 1;
      return { type, text: IN_PLACE };
    }
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replace(inner)]));
  };
  const replaced = replace(parseJson(text));
  return count > 0 ? toArrayBuffer(JSON.stringify(replaced)) : undefined;
}

const IN_PLACE = '[an image stood here; it was left out, because this model takes no images]';

/** Parts of a message with an image, and what a text is called beside them. */
const TEXT_PARTS: Readonly<Record<string, string>> = {
  image_url: 'text',
  input_image: 'input_text',
  image: 'text',
};

function toArrayBuffer(text: string): ArrayBuffer {
  const bytes = new TextEncoder().encode(text);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
