import { describe, expect, it } from 'vitest';

import { createMemoryIO } from '../test/doubles/memory-io.ts';
import { createCommandNames } from './io/name-commands.ts';
import { FIRST_WORDS, runProgram } from './program.ts';

const GOOD = 'bindings:\n  - jira_project: PROJ\n    repo: group/app\n';
const BAD = 'bindings:\n  - jira_project: PROJ\n    repo: app\n';

async function run(
  argv: string[],
  files: Record<string, string> = { 'cmap.yaml': GOOD, 'bad.yaml': BAD, '007': GOOD, '-odd': GOOD },
) {
  const io = createMemoryIO({ files });
  const exitCode = await runProgram(argv, io);
  return { exitCode, stdout: io.stdout, stderr: io.stderr };
}

describe('runProgram', () => {
  it.each([
    { argv: [], stderr: 'cmap: no command given; see cmap --help' },
    { argv: ['valdate', 'cmap.yaml'], stderr: 'cmap: unknown command "valdate"; did you mean validate?' },
    { argv: ['frobnicate'], stderr: 'cmap: unknown command "frobnicate"; see cmap --help' },
    { argv: ['queue', 'shwo'], stderr: 'cmap: unknown command "queue shwo"; did you mean queue show?' },
    { argv: ['queue', 'frobnicate'], stderr: 'cmap: unknown command "queue frobnicate"; see cmap queue --help' },
    { argv: ['frobnicate', '--help'], stderr: 'cmap: unknown command "frobnicate"; see cmap --help' },
    { argv: ['validate'], stderr: 'cmap: validate needs <paths>; see cmap validate --help' },
    { argv: ['validate', ''], stderr: 'cmap: validate needs <paths>; see cmap validate --help' },
    {
      argv: ['show', 'cmap.yaml', 'b'],
      stderr: 'cmap: show does not know what to do with "b"; see cmap show --help',
    },
    {
      argv: ['validate', 'cmap.yaml', '--chek-env'],
      stderr: 'cmap: unknown option --chek-env; did you mean --check-env?',
    },
    { argv: ['validate', 'cmap.yaml', '-x'], stderr: 'cmap: unknown option -x; see cmap validate --help' },
    { argv: ['--jsno', 'validate', 'cmap.yaml'], stderr: 'cmap: unknown option --jsno; did you mean --json?' },
    { argv: ['validate', 'none.yaml'], stderr: 'cmap: none.yaml: no such file; `cmap init` writes a first one' },
    { argv: ['show', 'none.yaml'], stderr: 'cmap: none.yaml: no such file; `cmap init` writes a first one' },
    { argv: ['render-json', 'none.yaml'], stderr: 'cmap: none.yaml: no such file; `cmap init` writes a first one' },
    {
      argv: ['audit', 'show', 'PROJ-1', '--dir', 'out'],
      stderr: 'cmap: out/audit.json: no such file; `cmap audit run` writes one',
    },
    { argv: ['init', '--repo'], stderr: 'cmap: --repo needs a value' },
    { argv: ['init', '--no-repo'], stderr: 'cmap: --repo needs a value' },
    { argv: ['init', '--repo', 'a/b', '--repo', 'c/d'], stderr: 'cmap: --repo is given more than once' },
    { argv: ['schema', 'x'], stderr: 'cmap: schema does not know what to do with "x"; see cmap schema --help' },
  ])('answers $argv with one line and exit code 2', async ({ argv, stderr }) => {
    expect(await run(argv)).toEqual({ exitCode: 2, stdout: '', stderr: `${stderr}\n` });
  });

  it.each([
    { name: 'a file named like a number', argv: ['validate', '007'] },
    { name: 'a file after --', argv: ['validate', '--', '-odd'] },
    { name: 'an option before the command', argv: ['--json', 'validate', 'cmap.yaml'] },
  ])('understands $name', async ({ argv }) => {
    expect((await run(argv)).exitCode).toBe(0);
  });

  it('names commands as they can be typed where npx started it, and leaves documents as they are', async () => {
    const answer = async (...argv: string[]) => {
      const io = createMemoryIO({
        files: { 'cmap.yaml': GOOD },
        nameCommands: createCommandNames('npx cmap', FIRST_WORDS),
      });
      await runProgram(argv, io);
      return io;
    };

    expect((await answer('show', 'none.yaml')).stderr).toBe(
      'cmap: none.yaml: no such file; `npx cmap init` writes a first one\n',
    );
    expect((await answer('queue', '--help')).stdout).toContain('npx cmap queue <command> [options]');
    expect((await answer('help', 'queue', 'ls')).stdout).toMatch(/Examples:\n {2}npx cmap queue ls$/m);
    for (const document of [['schema'], ['completion', 'bash'], ['help', '--json'], ['render-helm', 'cmap.yaml']]) {
      expect((await answer(...document)).stdout).toBe((await run(document)).stdout);
    }
  });

  it('never turns the value of an option into a number', async () => {
    const { stdout } = await run([
      'init',
      'new.yaml',
      '--jira-project',
      'PROJ',
      '--repo',
      'group/app',
      '--target-branch',
      '007',
      '--dry-run',
      '--json',
    ]);

    expect(JSON.parse(stdout)).toMatchObject({ binding: { target_branch: '007' } });
  });

  it.each([
    ['validate', 'cmap.yaml', 0],
    ['validate', 'bad.yaml', 1],
    ['validate', 'none.yaml', 2],
    ['show', 'cmap.yaml', 0],
    ['show', 'bad.yaml', 1],
    ['render-json', 'cmap.yaml', 0],
    ['render-json', 'bad.yaml', 1],
    ['render-terraform', 'cmap.yaml', 0],
    ['render-terraform', 'bad.yaml', 1],
    ['render-helm', 'cmap.yaml', 0],
    ['render-helm', 'bad.yaml', 1],
    ['init', 'bad.yaml', 1],
    ['init', 'cmap.yaml', 2],
  ])('prints one JSON document for %s %s --json and exits with %i', async (command, file, exitCode) => {
    const result = await run([command, file, '--json']);

    expect(result.exitCode).toBe(exitCode);
    expect(JSON.parse(result.stdout)).toBeTypeOf('object');
  });

  it.each([[['--version']], [['-v']]])('prints the version for %j', async (argv) => {
    expect(await run(argv)).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^cmap \d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it.each([
    { argv: ['queue'], contains: 'queue ls' },
    { argv: ['queue', '--help'], contains: 'queue drop <id>' },
    { argv: ['help', 'queue'], contains: 'queue requeue <id>' },
    { argv: ['help'], contains: 'validate <...paths>' },
    { argv: ['help', 'validate'], contains: '--check-env' },
    { argv: ['queue', 'list', '--help'], contains: 'cmap queue ls [options]' },
    { argv: ['version'], contains: 'cmap ' },
  ])('shows a page for $argv with exit code 0', async ({ argv, contains }) => {
    const { exitCode, stdout, stderr } = await run(argv);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(contains);
  });

  it.each([[['help']], [['queue']], [['help', 'queue', 'ls']]])(
    'is one JSON document for %j --json, too',
    async (argv) => {
      const { exitCode, stdout } = await run([...argv, '--json']);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ ok: true, help: (await run(argv)).stdout.trimEnd() });
    },
  );

  it('lists the commands for --help, and the options of one command', async () => {
    const all = await run(['--help']);
    const one = await run(['validate', '--help']);

    expect(all.exitCode).toBe(0);
    expect(all.stdout.match(/^ {2}(\S+) .*$/gm)?.length).toBeGreaterThan(7);
    for (const command of [
      'init [path]',
      'validate <...paths>',
      'show [path]',
      'render-json <...paths>',
      'render-terraform <...paths>',
      'render-helm <...paths>',
      'schema',
    ])
      expect(all.stdout).toContain(`  ${command} `);
    expect(all.stdout).toMatch(/^The map \(needs only its file\):\n {2}init \[path\] /m);
    expect(one.stdout).toContain('--check-env');
    expect(one.stdout).not.toContain('--dry-run');
    expect(all.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});
