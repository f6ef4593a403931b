import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { cmap } from './cmap.ts';
import { ADA, startTicketEnvironment } from './ticket-environment.ts';

const SKILLED = { jira_project: 'SKILL', repo: 'group/skilled', skills: 'on' } as const;
const SKILL_FILE = '.github/skills/release/SKILL.md';
const skill = (words: string) => `---\nname: release\ndescription: How we release\n---\n${words}\n`;
const APP = { jira_project: 'PROJ', repo: 'group/app', validate: 'test -f README.md' } as const;
const MASKED = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');

interface Replayed {
  run: { outcome: string; patch: string; files: number };
  replay: { outcome: string; patch: string; model: string; usage: { modelCalls: number }; checks: string[] };
  samePatch: boolean;
}

describe('cmap replay', () => {
  let environment: Environment;
  let folder: string;

  beforeAll(async () => {
    environment = await startTicketEnvironment([APP, SKILLED]);
    folder = mkdtempSync(path.join(tmpdir(), 'cmap-replay-'));
    // The user of the agent passes it.
    chmodSync(folder, 0o711);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await environment.close();
  });

  /** As an operator who has said that the agent may run as this user. */
  function replay(...args: string[]) {
    const model = {
      COPILOT_PROVIDER_BASE_URL: environment.model?.url ?? '',
      COPILOT_PROVIDER_API_KEY: 'sandbox-model-key-0123456789',
      COPILOT_MODEL: 'scripted',
    };
    const root = { RUNNER_WORKSPACE_ROOT: folder, RUNNER_REQUIRE_ISOLATION: 'off', PATH: process.env['PATH'] ?? '' };
    return cmap(['replay', ...args], { ...environment.operatorEnv, ...model, ...root });
  }

  async function work(description: string, project = 'PROJ'): Promise<string> {
    const issue = { project, summary: 'Greet', description, status: 'AI Ready', reporter: ADA };
    const key = environment.jira.createIssue(issue);
    await environment.fire('poll-jira');
    await environment.settle();
    return key;
  }

  it('gives the session the same again, from the same commit, and touches neither Jira nor GitLab', async () => {
    const key = await work(`Greet. Not this: ${MASKED}`);
    await environment.gitlab.as(ADA).push(APP.repo, { branch: 'main', files: { 'later.md': 'Later.\n' } });
    const jira = environment.jira.requests.length;
    const gitlab = environment.gitlab.requests.entries.length;
    const asked = environment.model?.requests.length ?? 0;

    const { code, stdout, stderr } = await replay(key, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const both = JSON.parse(stdout) as Replayed;
    expect(both).toMatchObject({
      run: { outcome: 'merge-request', files: 1 },
      replay: { outcome: 'change', checks: ['`test -f README.md` passed'], usage: { modelCalls: 4 } },
      samePatch: true,
    });
    expect(both.replay.patch).toContain(`+++ b/docs/${key}.md`);
    expect(environment.jira.requests).toHaveLength(jira);
    const since = environment.gitlab.requests.entries.slice(gitlab);
    expect(since.filter(({ endpoint }) => endpoint.includes('receive-pack'))).toEqual([]);
    expect(since.filter(({ method, endpoint }) => method !== 'GET' && !endpoint.includes('upload'))).toEqual([]);
    const prompts = environment.model?.requests.slice(asked).map(({ body }) => body) ?? [];
    expect(prompts[0]).toContain(`# Issue: ${key}`);
    expect(prompts.join()).not.toContain(MASKED);
  });

  it('asks another model with other instructions, and shows both side by side', async () => {
    const key = await work('Greet once more.');
    const file = path.join(folder, 'instructions.md');
    writeFileSync(file, 'Work as the old gardener would.\n');
    const asked = environment.model?.requests.length ?? 0;
    const { code, stdout } = await replay(key, '--model', 'other-model', '--instructions', file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^outcome +merge-request +change$/m);
    expect(stdout).toMatch(/^model +scripted +other-model$/m);
    expect(stdout).toContain('Both patches are the same:');
    const bodies = environment.model?.requests.slice(asked).map(({ body }) => body) ?? [];
    expect(bodies[0]).toContain('Work as the old gardener would.');
    expect(bodies[0]).toContain('other-model');
  });

  it('offers the skills that the run had, with their words of then, and the session loads one', async () => {
    const ada = environment.gitlab.as(ADA);
    const files = { [SKILL_FILE]: skill('Tag it as v1.'), 'greet.mjs': 'export const greet = 1;\n' };
    await ada.push(SKILLED.repo, { branch: 'main', files });
    const key = await work('scenario: loads-a-skill', 'SKILL');
    await ada.push(SKILLED.repo, { branch: 'main', files: { [SKILL_FILE]: skill('Tag it as v2.') } });
    const asked = environment.model?.requests.length ?? 0;

    const { code, stdout, stderr } = await replay(key, '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ run: { outcome: 'no-changes' }, replay: { outcome: 'nothing' } });
    const bodies = environment.model?.requests.slice(asked).map(({ body }) => body) ?? [];
    expect(bodies[0]).toContain('How we release');
    expect(bodies[0]).not.toContain('Tag it as v');
    expect(bodies.at(-1)).toContain('Tag it as v1.');
    expect(bodies.join()).not.toContain('Tag it as v2.');
  });

  it('says in one sentence what it cannot replay, and what it may not', async () => {
    const key = await work('And again.');
    const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
    const withoutModel = await cmap(['replay', run?.runId ?? ''], {
      ...environment.operatorEnv,
      PATH: process.env['PATH'] ?? '',
    });
    expect([withoutModel.code, withoutModel.stderr]).toEqual([
      2,
      expect.stringContaining('no model can be asked: set'),
    ]);
    const { ledger } = environment.storage;
    const task = {
      version: 1,
      kind: 'echo',
      id: 'echo~1',
      scope: 'echo~1',
      credentialRef: 'default',
      text: 'x',
    } as const;
    await ledger.create({ runId: 'run-00000000beef', dedupKey: 'echo~1', task });
    const other = await replay('run-00000000beef');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('only coding runs are replayed')]);
  });
});
