import { expect, it } from 'vitest';
import { aBinding } from '../../test/builders/bindings.ts';
import { formatLimits, formatRunBudget } from './format-limits.ts';
import { formatModels, formatServers } from './format-sessions.ts';

it.each([
  [{}, ''],
  [{ model: 'gpt-5' }, 'gpt-5'],
  [{ model: { coding: 'gpt-5', reply: 'gpt-5-mini' } }, 'coding gpt-5, reply gpt-5-mini'],
])('writes the models of %j as %j', (source, text) => {
  expect(formatModels(aBinding(source).model)).toBe(text);
});

it('names MCP servers with what they are for, and no address or secret of them', () => {
  const { mcpServers } = aBinding({
    mcp_servers: {
      wiki: { command: 'wiki-mcp', env: { TOKEN: { secret_ref: 'wiki_read' } } },
      errors: { url: 'https://errors.example.com/mcp', for: ['coding', 'reply'], optional: true },
    },
  });
  expect(formatServers(mcpServers)).toBe('errors (for coding and reply, optional), wiki');
  expect(formatServers(aBinding().mcpServers)).toBe('');
});

it('writes what is limited, and of one run only what is not as built in', () => {
  const binding = aBinding({
    max_concurrent_runs: 2,
    budget: { max_turns: 1, runs_per_day: 1, tokens_per_month: 1_000_000, cost_per_month: 50 },
  });
  expect(formatLimits(binding)).toEqual([
    '2 at once',
    '1 run a day',
    '1,000,000 tokens a month',
    '50 of money a month',
  ]);
  expect(formatRunBudget(binding.budget)).toEqual(['1 turn a run']);
  expect([...formatLimits(aBinding()), ...formatRunBudget(aBinding().budget)]).toEqual([]);
});
