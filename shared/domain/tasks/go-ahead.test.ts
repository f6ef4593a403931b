import { describe, expect, it } from 'vitest';

import { isGoAhead } from './go-ahead.ts';

const agent = { self: { accountId: '712020:agent', displayName: 'cmap' }, words: ['/copilot', '@cmap-team'] };

describe('isGoAhead', () => {
  it.each([
    '/copilot go',
    '/copilot go ahead',
    '/copilot  Go  Ahead!',
    '@cmap approved.',
    '@cmap\\-team, approve',
    ' /copilot go \n',
    'go',
    'Approved',
    '👍',
    '/copilot 👍🏽',
  ])('takes %j for an approval', (body) => {
    expect(isGoAhead(body, agent)).toBe(true);
  });

  it.each([
    '',
    '/copilot',
    '/copilot go, but use a map',
    '/copilot go\n\nand add a test',
    'go go',
    'no go',
    'not approved',
    'The plan is approved',
    '/copilot yes',
    '/copilot golang',
    'ok',
    '> /copilot go',
    '>/copilot go',
    '`/copilot go`',
    '```\n/copilot go\n```',
    '    /copilot go',
    '\t/copilot go',
    '**/copilot go**',
    '- /copilot go',
    '<!-- /copilot go -->',
    '[/copilot go](https://example.com)',
    '@someone go',
    '/copilot go?',
    '/copilot go!!',
    '/copilot go\n\ncmap · report · run `run-1` · agent `cmap`',
  ])('takes %j for none', (body) => {
    expect(isGoAhead(body, agent)).toBe(false);
  });
});
