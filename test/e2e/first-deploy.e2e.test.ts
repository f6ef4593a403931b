import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { waitUntil } from '../wait-until.ts';
import { cmap, operatorEnvironment } from './cmap.ts';
import { CANARIES, createTriggeredIssue, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What stands under a heading of the README. */
async function sectionOf(title: string): Promise<string> {
  const text = await readFile(path.join(root, 'README.md'), 'utf8');
  return text.split(/^## /m).find((section) => section.startsWith(`${title}\n`)) ?? '';
}

const FIRST_TEAM = `bindings:
  - jira_project: PROJ
    repo: group/service-a
`;
const SECOND_TEAM = `  - jira_project: OPS
    repo: group/platform-tools
    target_branch: develop
    credential_ref: platform_team
`;

// What Terraform makes stands in the sandbox; every command that a person types after it is typed here.
describe('a person who follows "First deploy" and "Add a team"', () => {
  let folder: string;
  let source: string;
  let file: string;
  let environment: Environment;
  let env: Record<string, string>;

  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await cmap(args, env);
    expect({ args, code, stdout, stderr }).toMatchObject({ code: 0 });
    return stdout;
  };
  const upload = async () => writeFile(source, await run('render-json', file));
  const mergeRequestsOf = (repo: string) => environment.gitlab.project(repo).mergeRequests;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'cmap-first-deploy-'));
    source = path.join(folder, 'map.json');
    file = path.join(folder, 'cmap.yaml');
    await writeFile(file, FIRST_TEAM);
    env = {};
    await upload();
    const settings = { JIRA_PROJECT_MAP: '', JIRA_PROJECT_MAP_SOURCE: source };
    environment = await startTwoTeamsEnvironment({ functionsEnv: settings, runnerEnv: settings });
    env = {
      ...operatorEnvironment(environment, ''),
      JIRA_PROJECT_MAP: '',
      JIRA_PROJECT_MAP_SOURCE: source,
      FUNCTIONS_URL: environment.functions[0]?.url ?? '',
      CMAP_ADMIN_SECRET: CANARIES.adminSecret,
    };
  });
  afterAll(async () => {
    await environment?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('has the commands of these sections to follow', async () => {
    const text = `${await sectionOf('First deploy')}${await sectionOf('Add a team')}`;
    for (const command of ['cmap doctor', 'cmap smoke', 'cmap validate', 'cmap diff', 'cmap reload'])
      expect(text).toContain(command);
  });

  it('gets a merge request for the first team', async () => {
    expect(await run('validate', file)).toContain('1 binding, no problems');
    expect(await run('doctor', file)).toContain('0 failures');
    await run('smoke');
    const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
    await environment.fire('poll-jira');
    await environment.settle();

    expect(mergeRequestsOf('group/service-a')).toMatchObject([{ title: `Draft: ${key}: Greet by name` }]);
  });

  it('gets one for the second team, without a restart', async () => {
    await writeFile(file, FIRST_TEAM + SECOND_TEAM);
    expect(await run('validate', file)).toContain('2 bindings, no problems');
    expect(await run('diff', file)).toContain('needs GITLAB_TOKEN__PLATFORM_TEAM as well');
    await upload();
    expect(await run('reload', '--dry-run')).toContain('1 binding more, 0 fewer, 0 changed; nothing was changed');
    expect(await run('reload')).toContain('is in force');
    expect(await run('show')).toMatch(/OPS +group\/platform-tools/);
    const key = createTriggeredIssue(environment, 'OPS', 'edit-and-submit');
    await waitUntil('the issue of the new team is admitted', async () => {
      await environment.fire('poll-jira');
      return (await environment.storage.ledger.listRecent(`issue~${key}`, 1)).length > 0;
    });
    await environment.settle();

    expect(mergeRequestsOf('group/platform-tools')).toMatchObject([{ title: `Draft: ${key}: Greet by name` }]);
    expect(mergeRequestsOf('group/service-a')).toHaveLength(1);
  });
});
