import { expect, it } from 'vitest';
import { withoutImages } from './without-images.ts';

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).buffer;
const replaced = (body: unknown) => {
  const result = withoutImages(bytesOf(body));
  return result && (JSON.parse(new TextDecoder().decode(result)) as unknown);
};
const LEFT_OUT = '[an image stood here; it was left out, because this model takes no images]';

it.each([
  { name: 'chat completions', part: { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }, as: 'text' },
  { name: 'responses', part: { type: 'input_image', image_url: 'data:image/png;base64,AA' }, as: 'input_text' },
  {
    name: 'messages of Anthropic',
    part: { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
    as: 'text',
  },
])('puts words in the place of every image: $name', ({ part, as }) => {
  const body = (inside: unknown) => ({
    model: 'any',
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Look' }, inside] },
      { role: 'user', content: [{ type: 'tool_result', content: [inside] }] },
    ],
    tools: [{ type: 'function', function: { name: 'x', parameters: { type: 'object' } } }],
  });
  expect(replaced(body(part))).toEqual(body({ type: as, text: LEFT_OUT }));
});

it.each([
  { name: 'without images', body: { messages: [{ role: 'user', content: 'Look' }] } },
  { name: 'that only speaks of them', body: { messages: [{ role: 'user', content: '{"type":"image_url"}' }] } },
  { name: 'with a field of that name', body: { tools: [{ enum: ['image'], type: 'image' }] } },
])('has nothing to say about a call $name', ({ body }) => {
  expect(replaced(body)).toBeUndefined();
});

it('has nothing to say about what is no JSON', () => {
  expect(withoutImages(new TextEncoder().encode('"image" {').buffer)).toBeUndefined();
});
