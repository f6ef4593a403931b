import { expect, it } from 'vitest';
import { readEndpointWords } from './read-endpoint-words.ts';

const asItIs = (text: string) => text;

it.each([
  {
    name: 'OpenAI and Azure OpenAI',
    body: JSON.stringify({ error: { code: 'content_filter', message: 'The response was filtered.', status: 400 } }),
    words: 'The response was filtered.',
  },
  { name: 'Ollama', body: JSON.stringify({ error: 'model "gpt-9" not found' }), words: 'model "gpt-9" not found' },
  { name: 'a gateway', body: JSON.stringify({ message: 'Unknown deployment' }), words: 'Unknown deployment' },
  { name: 'FastAPI', body: JSON.stringify({ detail: 'Too many tokens' }), words: 'Too many tokens' },
  { name: 'plain text of several lines', body: 'prompt too long\r\n(max 8192)\n', words: 'prompt too long (max 8192)' },
  { name: 'text that turns its direction', body: 'a\u202eb\u0000c', words: 'abc' },
  { name: 'a page', body: '<!DOCTYPE html><html><h1>Bad request</h1>', words: undefined },
  { name: 'JSON without words', body: JSON.stringify({ status: 400, errors: [{ code: 3 }] }), words: undefined },
  { name: 'nothing', body: '', words: undefined },
])('reads what $name says', async ({ body, words }) => {
  expect(await readEndpointWords(new Response(body, { status: 400 }), asItIs)).toBe(words);
});

it('keeps 300 characters, and reads no endless answer', async () => {
  let sent = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(new TextEncoder().encode('words '.repeat(1000)));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  const words = await readEndpointWords(new Response(endless, { status: 400 }), asItIs);
  expect(words?.length).toBeLessThanOrEqual(300);
  expect(words).toMatch(/^words words/);
  expect(cancelled).toBe(true);
  expect(sent).toBeLessThan(10);
});

it('keeps what came before the connection broke', async () => {
  const breaking = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('no such model')),
    pull: (controller) => controller.error(new Error('reset')),
  });
  expect(await readEndpointWords(new Response(breaking, { status: 404 }), asItIs)).toBe('no such model');
});

it('shows no half of a credential where it cuts', async () => {
  const redact = (text: string) => text.replaceAll('sk-canary-0123456789', '[secret]');
  const body = JSON.stringify({ error: { message: `${'x'.repeat(285)} sk-canary-0123456789 is not known` } });
  expect(await readEndpointWords(new Response(body, { status: 400 }), redact)).not.toContain('sk-');
});
