import { afterAll, beforeAll, expect, it } from 'vitest';

import { loadScenarios } from './load-scenarios.ts';
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts';

let model: ScriptedModel;

beforeAll(async () => {
  model = await startScriptedModel({ scenarios: await loadScenarios(), apiKey: 'canary-key' });
});
afterAll(() => model.stop());

function ask(text: string, { key = 'canary-key', stream = false, path = '/chat/completions' } = {}): Promise<Response> {
  const tools = [{ type: 'function', function: { name: 'submit_result' } }];
  return fetch(`${model.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: text }], tools }),
  });
}

it('answers at once', async () => {
  const answer = await (await ask('scenario: never-submits')).json();

  expect(answer).toMatchObject({
    choices: [{ message: { content: 'I looked around and all is well.' }, finish_reason: 'stop' }],
    usage: { total_tokens: 1050 },
  });
});

it('answers in pieces, the usage last', async () => {
  const body = await (await ask('scenario: asks-a-question', { stream: true })).text();

  const events = body.split('\n\n').filter((event) => event !== '');
  expect(events.at(-1)).toBe('data: [DONE]');
  expect(events.at(-2)).toContain('"prompt_tokens":1000');
  expect(body).toContain('"name":"view"');
});

it.each([
  { name: 'a wrong key', options: { key: 'other' }, text: 'x', status: 401 },
  { name: 'another route', options: { path: '/embeddings' }, text: 'x', status: 404 },
  { name: 'a failure on demand', options: {}, text: 'scenario: refused', status: 400 },
])('answers $status for $name', async ({ options, text, status }) => {
  expect((await ask(text, options)).status).toBe(status);
});

it('says when to come back, and fails no more often than asked', async () => {
  model.play(await loadScenarios());
  const first = await ask('scenario: rate-limited-once');

  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '0.05']);
  expect((await ask('scenario: rate-limited-once')).status).toBe(200);
});

it('keeps what it was asked, without the key', async () => {
  await ask('a sentence to find again, scenario: endless');

  const record = model.requests.at(-1);
  expect(record).toMatchObject({ path: '/v1/chat/completions', scenario: 'endless' });
  expect(record?.body).toContain('a sentence to find again');
  expect(JSON.stringify(model.requests)).not.toContain('canary-key');
});
