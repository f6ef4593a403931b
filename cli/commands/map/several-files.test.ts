import { describe, expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { runProgram } from '../../program.ts';

const binding = (key: string, repo: string) => `  - jira_project: ${key}\n    repo: ${repo}\n`;
const FILES = {
  'a.yaml': `owner: team-a\ndefaults: {target_branch: dev}\nbindings:\n${binding('AA', 'team/a')}`,
  'b.yaml': `bindings:\n${binding('BB', 'team/b')}`,
  'teams/2.yml': `bindings:\n${binding('DD', 'team/d')}`,
  'teams/1.yaml': `bindings:\n${binding('CC', 'team/c')}`,
  'teams/README.md': 'not a map',
  'again.yaml': `bindings:\n${binding('EE', 'team/e')}${binding('AA', 'team/other')}`,
  'bad.yaml': `bindings:\n${binding('FF', 'nowhere')}`,
  'worse.yaml': 'bindings: 3\n',
  'texts/notes.txt': '',
  'docs.yaml': 'bindings:\n  - repo: team/docs\n',
  'docs-again.yaml': 'bindings:\n  - repo: Team/Docs\n',
  'reviews.yaml': 'bindings:\n  - repo: team/docs\n  - repo: team/A\n',
};

async function run(...argv: string[]) {
  const io = createMemoryIO({ files: FILES });
  const exitCode = await runProgram(argv, io);
  return { exitCode, stdout: io.stdout, stderr: io.stderr };
}

describe('several mapping files', () => {
  it('are joined in the order given, folders by name, each with its own defaults', async () => {
    const { exitCode, stdout } = await run('render-json', 'b.yaml', 'a.yaml', 'teams/');

    expect(exitCode).toBe(0);
    const { mappings } = JSON.parse(stdout);
    expect(Object.keys(mappings)).toEqual(['BB', 'AA', 'CC', 'DD']);
    expect([mappings.AA.target_branch, mappings.BB.target_branch]).toEqual(['dev', 'main']);
  });

  it('are validated together', async () => {
    const { exitCode, stdout } = await run('validate', 'a.yaml', 'teams');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^a\.yaml, teams\/1\.yaml, teams\/2\.yml: 3 bindings, no problems\n/);
  });

  it.each(['render-json', 'render-terraform', 'render-helm', 'validate'])(
    'that bind one project twice are refused with both places by %s',
    async (command) => {
      const { exitCode, stdout, stderr } = await run(command, 'a.yaml', 'again.yaml');

      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toBe(
        'again.yaml:4:19: binding 2 (AA): "AA" is bound by two files; a Jira project has one repository. It is bound first in a.yaml:4:19 (owner team-a)\nagain.yaml: 1 problem\n',
      );
    },
  );

  it.each([
    {
      name: 'that bind one repository twice without a Jira project',
      files: ['docs.yaml', 'docs-again.yaml'],
      problem:
        'docs-again.yaml:2:11: binding 1 (Team/Docs): "Team/Docs" is bound by two files without a Jira project. It is bound first in docs.yaml:2:11',
    },
    {
      name: 'of which one has a Jira project for the repository of the other',
      files: ['reviews.yaml', 'a.yaml'],
      problem:
        'reviews.yaml:3:11: binding 2 (team/A): "team/A" is bound to a Jira project as well, whose binding has its merge requests reviewed and its notes answered; leave this binding out and write its review there. That is in a.yaml:4:19 (owner team-a)',
    },
  ])('$name are refused with both places', async ({ files, problem }) => {
    const { exitCode, stderr } = await run('validate', ...files);
    expect({ exitCode, stderr: stderr.split('\n')[0] }).toEqual({ exitCode: 1, stderr: problem });
  });

  it('of both kinds are joined', async () => {
    const { stdout } = await run('validate', 'docs.yaml', 'a.yaml');
    expect(stdout).toContain('2 bindings, no problems\nReviews and answers only, without a Jira project: team/docs\n');
    expect(stdout).toMatch(/^default .* team\/docs, AA$/m);
    const shown = await run('show', 'docs.yaml');
    expect(shown.stdout).toMatch(/^none +team\/docs +- +default +- +on$/m);
  });

  it('are all checked before any is refused', async () => {
    const { exitCode, stderr } = await run('validate', 'bad.yaml', 'b.yaml', 'worse.yaml');
    const asJson = await run('validate', 'bad.yaml', 'worse.yaml', '--json');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^bad\.yaml:3:11: .*\nbad\.yaml: 1 problem\nworse\.yaml:1:11: .*\nworse\.yaml: 1 problem\n$/,
    );
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      ok: false,
      files: [{ path: 'bad.yaml' }, { path: 'worse.yaml' }],
    });
  });

  it('are missing from a folder without YAML', async () => {
    expect(await run('validate', 'texts')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'cmap: texts: this folder has no YAML file\n',
    });
  });
});
