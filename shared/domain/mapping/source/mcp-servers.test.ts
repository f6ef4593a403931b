import { describe, expect, it } from 'vitest';
import { renderMapping } from '../render-mapping.ts';
import { requiredRunnerSecrets } from '../required-credentials.ts';
import { parseMapping } from './parse-mapping.ts';
import { parseRuntimeMapping } from './parse-runtime-mapping.ts';
import { resolveBinding } from './resolve-binding.ts';

const SOURCE = { jira_project: 'PROJ', repo: 'group/app' };
const WIKI = {
  command: 'wiki-mcp',
  args: ['--read-only'],
  env: { WIKI_TOKEN: { secret_ref: 'Wiki-Read' }, WIKI_SPACE: 'TEAM' },
  tools: ['search_pages'],
  for: ['coding' as const],
  optional: true,
};
const TRACKER = { url: 'https://tracker.example.com/mcp', headers: { Authorization: { secret_ref: 'tracker' } } };

/** What is wrong with a binding that has this server. */
function problemsOf(server: object, name = 'wiki'): string[] {
  const text = JSON.stringify({ bindings: [{ ...SOURCE, mcp_servers: { [name]: server } }] });
  const parsed = parseMapping(text);
  return 'problems' in parsed ? parsed.problems.map(({ message }) => message) : [];
}

describe('mcp_servers', () => {
  it('is what a binding or the defaults say, as a whole, and null takes it back', () => {
    const defaults = { mcp_servers: { wiki: WIKI } };
    const [wiki] = resolveBinding(SOURCE, defaults).mcpServers ?? [];
    expect(wiki).toEqual({
      name: 'wiki',
      reachedBy: {
        kind: 'stdio',
        command: 'wiki-mcp',
        args: ['--read-only'],
        env: { WIKI_TOKEN: { secretRef: 'wiki_read' }, WIKI_SPACE: 'TEAM' },
      },
      tools: ['search_pages'],
      work: ['coding'],
      isOptional: true,
    });
    const own = resolveBinding({ ...SOURCE, mcp_servers: { tracker: TRACKER } }, defaults).mcpServers;
    expect(own).toEqual([
      {
        name: 'tracker',
        reachedBy: { kind: 'http', url: TRACKER.url, headers: { Authorization: { secretRef: 'tracker' } } },
        isOptional: false,
      },
    ]);
    for (const none of [null, {}])
      expect(resolveBinding({ ...SOURCE, mcp_servers: none }, defaults)).not.toHaveProperty('mcpServers');
    expect(resolveBinding(SOURCE)).not.toHaveProperty('mcpServers');
  });

  it('stands in the rendered map where it is set, and is read from there as it was', () => {
    const bindings = [resolveBinding({ ...SOURCE, mcp_servers: { wiki: WIKI, tracker: TRACKER } })];
    expect(parseRuntimeMapping(JSON.stringify(renderMapping(bindings)))).toEqual({ bindings });
    expect(JSON.stringify(renderMapping([resolveBinding(SOURCE)]))).not.toContain('mcp_servers');
  });

  it('names the secrets that runners need', () => {
    const bindings = [resolveBinding({ ...SOURCE, mcp_servers: { wiki: WIKI, tracker: TRACKER } })];
    expect(requiredRunnerSecrets(bindings)).toMatchObject([
      { environmentName: 'MCP_SECRET__TRACKER', keyVaultName: 'mcp-secret--tracker', usedBy: ['PROJ'] },
      { environmentName: 'MCP_SECRET__WIKI_READ', keyVaultName: 'mcp-secret--wiki-read', usedBy: ['PROJ'] },
    ]);
  });

  it.each<{ name: string; server: object; says: string }>([
    { name: 'neither a command nor an address', server: {}, says: 'needs command or url, and not both' },
    { name: 'both', server: { command: 'a', url: TRACKER.url }, says: 'needs command or url, and not both' },
    { name: 'headers of a command', server: { command: 'a', headers: {} }, says: 'has headers with url only' },
    { name: 'arguments of an address', server: { url: TRACKER.url, args: ['a'] }, says: 'with command only' },
    { name: 'a program of the repository', server: { command: './server.js' }, says: 'program of the runner image' },
    { name: 'a folder of the repository', server: { command: 'tools/server' }, says: 'program of the runner image' },
    { name: 'arguments in the command', server: { command: 'node server.js' }, says: 'arguments stand in args' },
    {
      name: 'an address in the clear',
      server: { url: 'http://wiki.example.com/mcp' },
      says: 'must be an https address',
    },
    { name: 'a password in the address', server: { url: 'https://ada@wiki.example.com/mcp' }, says: 'without a user' },
    { name: 'a secret by its name', server: { command: 'a', env: { WIKI_TOKEN: 'hush' } }, says: 'write { secret_ref' },
    {
      name: 'a header that signs in',
      server: { url: TRACKER.url, headers: { Authorization: 'x' } },
      says: 'secret_ref',
    },
    {
      name: 'a secret by its look',
      server: { command: 'a', env: { WIKI_USER: 'glpat-0123456789abcdefghij' } },
      says: 'looks like a token (not shown here)',
    },
    {
      name: 'a secret in an argument',
      server: { command: 'a', args: ['--pat=glpat-0123456789abcdefghij'] },
      says: 'looks like a token (not shown here)',
    },
    {
      name: 'a secret in place of its name',
      server: { command: 'a', env: { WIKI_TOKEN: { secret_ref: 'it is hush hush' } } },
      says: 'never the secret itself',
    },
    { name: 'another PATH', server: { command: 'a', env: { PATH: '/work' } }, says: 'is set by the runner' },
    { name: 'no tools at all', server: { command: 'a', tools: [] }, says: 'leave it out for all of them' },
    { name: 'work there is not', server: { command: 'a', for: ['audit'] }, says: 'coding' },
    { name: 'a field there is not', server: { command: 'a', cwd: '/' }, says: 'cwd' },
  ])('refuses $name', ({ server, says }) => {
    const problems = problemsOf(server).join('\n');
    expect(problems).toContain(says);
    expect(problems).not.toContain('glpat-');
  });

  it('refuses a name that is none, and takes an address of this machine', () => {
    expect(problemsOf({ command: 'a' }, 'My Wiki').join()).toContain('must be a short name');
    expect(problemsOf({ url: 'http://127.0.0.1:8080/mcp' })).toEqual([]);
    expect(problemsOf(WIKI)).toEqual([]);
  });
});
