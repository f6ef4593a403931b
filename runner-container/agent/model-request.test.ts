import { expect, it } from 'vitest';

import { Secret } from '../../shared/kernel/secret.ts';
import { standInBaseUrl, toUpstreamRequest } from './model-request.ts';
import type { ProviderModelSettings } from './model-settings.ts';

const aProvider = (settings: Partial<ProviderModelSettings>): ProviderModelSettings => ({
  kind: 'provider',
  type: 'openai',
  baseUrl: 'https://llm.example.com/team/v1/',
  apiKey: new Secret('the-key'),
  model: 'm',
  ...settings,
});

it('shows the runtime a host that does not exist, with the path of the real one', () => {
  expect(standInBaseUrl(aProvider({}))).toBe('http://model.invalid/team/v1');
});

it('sends the call to the real host, path and query unchanged', () => {
  const call = { url: 'http://model.invalid/team/v1/chat/completions?api-version=1', headers: new Headers() };

  expect(toUpstreamRequest(aProvider({}), call)?.url).toBe(
    'https://llm.example.com/team/v1/chat/completions?api-version=1',
  );
});

it.each([
  { type: 'openai', header: 'authorization', value: 'Bearer the-key' },
  { type: 'azure', header: 'api-key', value: 'the-key' },
  { type: 'anthropic', header: 'x-api-key', value: 'the-key' },
] as const)('gives $type its key as $header, and drops what the runtime sent', ({ type, header, value }) => {
  const headers = new Headers({
    authorization: 'Bearer x',
    'api-key': 'x',
    'x-api-key': 'x',
    host: 'model.invalid',
    a: 'b',
  });

  const sent = toUpstreamRequest(aProvider({ type }), { url: 'http://model.invalid/team/v1/x', headers })?.headers;

  expect(Object.fromEntries(sent ?? [])).toEqual({ a: 'b', [header]: value });
});

it('sends no key when the endpoint needs none', () => {
  const { apiKey: _, ...settings } = aProvider({});
  const headers = new Headers({ authorization: 'Bearer x' });

  expect([
    ...(toUpstreamRequest(settings, { url: 'http://model.invalid/team/v1/x', headers })?.headers ?? ['none']),
  ]).toEqual([]);
});

it('leaves calls of a GitHub session as the runtime made them', () => {
  const headers = new Headers({ authorization: 'Bearer session', 'content-length': '3' });
  const call = { url: 'https://api.githubcopilot.com/chat/completions', headers };

  const upstream = toUpstreamRequest({ kind: 'github', token: new Secret('t') }, call);

  expect(upstream?.url).toBe(call.url);
  expect(Object.fromEntries(upstream?.headers ?? [])).toEqual({ authorization: 'Bearer session' });
});

const github = { kind: 'github', token: new Secret('t') } as const;

it.each([
  { settings: aProvider({}), url: 'http://model.invalid/team/v2/files' },
  { settings: aProvider({}), url: 'http://model.invalid/team/v1/../../admin' },
  { settings: aProvider({}), url: 'http://model.invalid/team/v1%2f../x' },
  { settings: aProvider({}), url: 'http://169.254.169.254/team/v1/token' },
  { settings: github, url: 'http://api.githubcopilot.com/x' },
  { settings: github, url: 'https://githubcopilot.com.evil.example/x' },
  { settings: github, url: 'https://gitlab.example.com/api' },
])('refuses $url for $settings.kind: it is not the model endpoint', ({ settings, url }) => {
  expect(toUpstreamRequest(settings, { url, headers: new Headers() })).toBeUndefined();
});
