import { beforeEach, describe, expect, it } from 'vitest';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { ProjectHook, ProjectHookSettings } from '../../../shared/domain/ports/project-hooks.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { aProject } from '../../../test/builders/gitlab.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import type { KnownWebhookSecrets } from '../../clients/tools.ts';
import { WebhookInstallOptions, webhookInstall } from './install.ts';
import { WebhookListOptions, webhookList } from './list.ts';
import { WebhookRemoveOptions, webhookRemove } from './remove.ts';

const APP = 'https://func-cmap.azurewebsites.net';
const URL_OF_HOOK = `${APP}/api/webhooks/gitlab`;
const VALUES = { token: 'canary-token', signing: 'canary-signing' };
const MAPPINGS = { PROJ: { repo: 'group/app' }, OPS: { repo: 'group/ops' }, SHOP: { repo: 'Group/App' } };
const IDS: Record<string, number> = { 'group/app': 7, 'group/ops': 8 };

let hooks: Record<number, ProjectHook[]>;
let writes: string[];
let sent: ProjectHookSettings[];
let signs: boolean;
let refused: Set<number>;
let secrets: KnownWebhookSecrets;
beforeEach(() => {
  hooks = { 7: [], 8: [] };
  [writes, sent, signs, refused] = [[], [], true, new Set()];
  secrets = { gitlabSecret: new Secret(VALUES.token), hasJiraSecret: true };
});

function aHook(values: Partial<ProjectHook> = {}): ProjectHook {
  const events = {
    mergeRequestEvents: true,
    noteEvents: true,
    pipelineEvents: false,
    otherEvents: [],
    verifiesTls: true,
  };
  return { id: 1, url: URL_OF_HOOK, ...events, hasToken: true, hasSigningToken: false, isDisabled: false, ...values };
}

function after(
  { url, token, signingToken, pipelineEvents = false }: ProjectHookSettings,
  id: number,
  before?: ProjectHook,
): ProjectHook {
  const hasSigningToken = signs ? signingToken !== undefined : undefined;
  return aHook({
    id,
    url,
    pipelineEvents,
    hasToken: token !== undefined || before?.hasToken === true,
    hasSigningToken,
  });
}

/** GitLab as far as hooks go. */
const gitlab: Partial<GitLab> = {
  findProject: async (path) => {
    const id = IDS[path.toLowerCase()];
    return id === undefined ? undefined : aProject({ id, path });
  },
  async listProjectHooks(id) {
    if (refused.has(id)) throw new TaskError('gitlab-forbidden');
    return hooks[id] ?? [];
  },
  async createProjectHook(id, settings) {
    const hook = after(settings, 100 + id);
    hooks[id]?.push(hook);
    writes.push(`create ${id}`);
    sent.push(settings);
    return hook;
  },
  async updateProjectHook(id, { id: hookId }, settings) {
    const before = hooks[id]?.find((hook) => hook.id === hookId);
    const hook = after(settings, hookId, before);
    hooks[id] = (hooks[id] ?? []).map((one) => (one.id === hookId ? hook : one));
    writes.push(`update ${id}`);
    sent.push(settings);
    return hook;
  },
  async deleteProjectHook(id, hookId) {
    hooks[id] = (hooks[id] ?? []).filter((hook) => hook.id !== hookId);
    writes.push(`delete ${id}`);
  },
};

const COMMANDS = {
  install: (given: object, ...rest: Rest) => webhookInstall(WebhookInstallOptions.parse(given), ...rest),
  list: (given: object, ...rest: Rest) => webhookList(WebhookListOptions.parse(given), ...rest),
  remove: (given: object, ...rest: Rest) => webhookRemove(WebhookRemoveOptions.parse(given), ...rest),
};
type Rest = [io: ReturnType<typeof createMemoryIO>, tools: ReturnType<typeof createMemoryTools>];

async function run(
  command: keyof typeof COMMANDS,
  given: object = {},
  env: Record<string, string> = {},
  mappings: NonNullable<Parameters<typeof createMemoryTools>[0]>['mappings'] = MAPPINGS,
) {
  const io = createMemoryIO({ env: { FUNCTIONS_URL: `${APP}/`, ...env } });
  const tools = createMemoryTools({ mappings, gitlab, webhookSecrets: secrets });
  const code = await COMMANDS[command](given, io, tools);
  for (const value of Object.values(VALUES)) expect(io.stdout + io.stderr).not.toContain(value);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe('webhook install', () => {
  it('creates one hook in each repository, and does nothing the second time', async () => {
    const first = await run('install');
    const second = await run('install', { json: true });

    expect(first.stdout).toContain(`${URL_OF_HOOK}: 2 created, 0 updated, 0 unchanged, 0 failed\n`);
    expect(writes).toEqual(['create 7', 'create 8']);
    expect(sent[0]).toEqual({ url: URL_OF_HOOK, token: secrets.gitlabSecret });
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(JSON.parse(second.stdout)).toMatchObject({
      ok: true,
      counts: { created: 0, updated: 0, unchanged: 2, failed: 0 },
    });
  });

  it.each([
    { differs: 'no note_events', hook: { noteEvents: false } },
    { differs: 'no merge_requests_events', hook: { mergeRequestEvents: false } },
    { differs: 'pipeline_events', hook: { pipelineEvents: true } },
    { differs: 'push_events', hook: { otherEvents: ['push_events'] } },
    { differs: 'TLS is not verified', hook: { verifiesTls: false } },
    { differs: 'no secret token', hook: { hasToken: false } },
  ])('corrects a hook of the same address that differs: $differs', async ({ differs, hook }) => {
    const other = aHook({ id: 2, url: 'https://other.example.com/', noteEvents: false });
    hooks[7] = [other, aHook({ ...hook, url: `${URL_OF_HOOK}/` })];
    const { stdout } = await run('install', { repo: 'Group/App' });

    expect(writes).toEqual(['update 7']);
    expect(stdout).toContain(`updated  hook 1; was: ${differs}`);
    expect(hooks[7]).toEqual([other, aHook()]);
  });

  it('adds events of pipelines where the first binding of a repository wants them repaired', async () => {
    hooks[7] = [aHook()];
    const mappings = {
      PROJ: { repo: 'group/app', repair_pipelines: 'on' as const },
      OPS: { repo: 'group/ops' },
      SHOP: { repo: 'Group/App' },
    };
    const { stdout } = await run('install', {}, {}, mappings);
    expect(stdout).toContain('updated  hook 1; was: no pipeline_events');
    expect(hooks).toMatchObject({ 7: [{ pipelineEvents: true }], 8: [{ pipelineEvents: false }] });
    expect((await run('list', {}, {}, mappings)).stdout).not.toContain('pipeline_events');
    expect((await run('list')).stdout).toContain('pipeline_events');
  });

  it('writes a secret that may have changed only when it is asked to', async () => {
    hooks = { 7: [aHook()], 8: [aHook()] };
    await run('install', { renewSecret: true });
    expect(writes).toEqual(['update 7', 'update 8']);
  });

  it('says what it would do and changes nothing in a dry run', async () => {
    hooks[8] = [aHook({ noteEvents: false })];
    const { code, stdout } = await run('install', { dryRun: true });
    expect({ code, writes }).toEqual({ code: 0, writes: [] });
    expect(stdout).toContain('1 created, 1 updated, 0 unchanged, 0 failed (dry run: nothing was changed)');
  });

  it('names what GitLab refuses or does not show, does the others, and ends with 1', async () => {
    refused.add(7);
    const { code, stdout } = await run('install');
    expect({ code, writes }).toEqual({ code: 1, writes: ['create 8'] });
    expect(stdout).toMatch(/group\/app +FAIL +GitLab refused it: webhooks need the role Maintainer/i);
  });

  it('says when GitLab is too old for the only secret that is set', async () => {
    secrets = { gitlabSigningToken: new Secret(VALUES.signing), hasJiraSecret: true };
    expect((await run('install')).code).toBe(0);
    signs = false;
    hooks = { 7: [], 8: [] };
    const { code, stdout } = await run('install');
    expect(code).toBe(1);
    expect(stdout).toContain('FAIL GitLab did not take the signing token');
  });

  it('prints the rule for Jira with the name of its secret, and that it is not set here', async () => {
    const { stdout } = await run('install', { url: `${APP}/api/webhooks/gitlab` });
    expect(stdout).toContain(`  URL      ${APP}/api/webhooks/jira\n`);
    expect(stdout).toContain('  Header   X-Cmap-Secret: the value of JIRA_WEBHOOK_SECRET, marked as hidden\n');
    secrets = { ...secrets, hasJiraSecret: false };
    expect((await run('install')).stdout).toContain('JIRA_WEBHOOK_SECRET, marked as hidden (not set here)');
  });

  it.each([
    { name: 'no address', env: { FUNCTIONS_URL: '' }, given: {}, message: '--url is missing' },
    { name: 'a plain http address', env: {}, given: { url: 'http://func.example.com' }, message: '--url must begin' },
    { name: 'another repository', env: {}, given: { repo: 'group/x' }, message: 'has no repository group/x' },
  ])('refuses $name', async ({ env, given, message }) => {
    await expect(run('install', given, env)).rejects.toThrow(message);
    expect(writes).toEqual([]);
  });

  it('refuses to create hooks without a secret', async () => {
    secrets = { hasJiraSecret: false };
    await expect(run('install')).rejects.toThrow('GITLAB_WEBHOOK_SECRET');
  });
});

describe('webhook list', () => {
  it('shows what is wrong with the hooks of cmap, and no others', async () => {
    hooks = {
      7: [
        aHook({ isDisabled: true, noteEvents: false }),
        aHook({ id: 2, url: 'https://chat.example.com/hook/s3cret' }),
      ],
      8: [],
    };
    const { code, stdout } = await run('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/group\/app +1 +disabled by GitLab: test it there, no note_events +https/i);
    expect(stdout).toMatch(/group\/ops +- +none/);
    expect(stdout).not.toContain('chat.example.com');
  });

  it('ends with 1 when a repository cannot be seen', async () => {
    refused.add(8);
    expect((await run('list', { json: true })).code).toBe(1);
  });
});

describe('webhook remove', () => {
  it('deletes the hooks with the address of this app with --yes only', async () => {
    const other = aHook({ id: 3, url: `https://other.example.com/api/webhooks/gitlab` });
    hooks[7] = [aHook(), other, aHook({ id: 4 })];
    const asked = await run('remove');
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('this would delete 2 webhooks');
    expect((await run('remove', { dryRun: true, yes: true })).code).toBe(0);
    expect(writes).toEqual([]);

    expect((await run('remove', { yes: true })).stdout).toContain('2 webhooks deleted');
    expect(hooks[7]).toEqual([other]);
    expect((await run('remove')).code).toBe(0);
  });
});
