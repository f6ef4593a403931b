import { expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { serversFor } from './servers-for.ts';

const binding = resolveBinding({
  jira_project: 'PROJ',
  repo: 'group/app',
  mcp_servers: {
    wiki: { command: 'wiki-mcp' },
    errors: { command: 'errors-mcp', for: ['coding', 'reply'] },
    style: { command: 'style-mcp', for: ['review'] },
  },
});

it.each([
  { work: 'coding' as const, names: ['errors', 'wiki'] },
  { work: 'review' as const, names: ['style'] },
  { work: 'reply' as const, names: ['errors'] },
])('gives $work the servers that are for it, and coding those that name no work', ({ work, names }) => {
  expect(serversFor(work, binding).mcpServers?.map(({ name }) => name)).toEqual(names);
});

it('says nothing where there are none', () => {
  expect(serversFor('coding', resolveBinding({ jira_project: 'PROJ', repo: 'group/app' }))).toEqual({});
});
