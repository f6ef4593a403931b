import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { COMMAND_GROUPS } from '../../command-groups.ts';
import { commandName } from '../../command-line/check-command-line.ts';
import { formatEnvironments } from '../../environments/environments-file.ts';
import { runProgram } from '../../program.ts';

const COMMANDS = COMMAND_GROUPS.flatMap(({ commands }) => commands);
const NAMES = COMMANDS.map(commandName);

const LINES = [
  { line: 'cmap|val', words: ['validate'] },
  { line: 'cmap help queue|sh', words: ['show'] },
  { line: 'cmap --json queue|dr', words: ['drop'] },
  { line: 'cmap run ls --kind x run|--fai', words: ['--failed'] },
  // Bash completes files here.
  { line: 'cmap validate|', words: [] },
  { line: 'cmap run ls --kind|', words: [] },
  { line: 'cmap env use|', words: ['prod', 'test'] },
  { line: 'cmap --env|pr', words: ['prod'] },
  { line: 'cmap --env prod run|ca', words: ['cancel'] },
  // The environment of a GitLab deployment.
  { line: 'cmap audit run --env|', words: [] },
];

/** A deployment as the scripts see it, and a name in it that no shell may run. */
const VALUES: Record<string, string[]> = {
  runs: ['run-1a2b\tcoding PROJ-12, failed', 'run-2b3c\treview group/app!3, done', 'PROJ-12\tcoding, failed'],
  subjects: ['group/app!3\treview, done', 'PROJ-12\tcoding, failed'],
  claims: ['audit 2.4.0\theld by run-1', '$(touch run-by-a-shell)\theld by run-2'],
  projects: ['PROJ\tgroup/app'],
  messages: ['3f2504e0\tcoding PROJ-12'],
  queries: ['is:failed\t', 'is:open\t', 'label:urgent\t', 'label:needs review\t', 'created:<24h\t'],
};

const ASKED = [
  { line: 'cmap run show|run-1', words: ['run-1a2b'] },
  { line: 'cmap run retry|', words: ['run-1a2b', 'run-2b3c', 'PROJ-12'] },
  { line: 'cmap explain|gr', words: ['group/app\\!3'] },
  { line: 'cmap explain|group/app\\\\!', words: ['group/app\\!3'] },
  { line: 'cmap queue drop|3f', words: ['3f2504e0'] },
  { line: 'cmap claims release|au', words: ['audit\\', '2.4.0'] },
  { line: 'cmap claims release|$', words: ['\\$\\(touch\\', 'run-by-a-shell\\)'] },
  { line: 'cmap run ls --binding|P', words: ['PROJ'] },
  { line: 'cmap report weekly --project|', words: ['PROJ'] },
  { line: 'cmap ready|', words: ['PROJ'] },
  { line: 'cmap --env prod run show|P', words: ['PROJ-12'] },
  { line: 'cmap run show --env = prod|P', words: ['PROJ-12'] },
  { line: 'cmap --env silent run show|', words: [] },
];

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'cmap-completion-'));
  mkdirSync(path.join(home, 'cmap'));
  const one = { settings: { GITLAB_URL: 'https://gitlab.example.com' }, secrets: {} };
  const byName = new Map([
    ['prod', one],
    ['test', one],
  ]);
  writeFileSync(path.join(home, 'cmap/environments.json'), formatEnvironments({ current: 'prod', byName }));
  const cases = Object.entries(VALUES).map(
    ([kind, lines]) => `"__complete ${kind}") printf '%s\\n' ${lines.map(quote).join(' ')} ;;`,
  );
  const program = `#!/bin/sh\necho "$*" >> "${home}/asked"\n[ "$4" = silent ] && echo 'not signed in' >&2 && exit 1\ncase "$1 $2" in\n${cases.join('\n')}\nesac\n`;
  writeFileSync(path.join(home, 'cmap/cmap'), program, { mode: 0o755 });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const quote = (text: string) => `'${text}'`;

/** What a real bash completes after each of these lines, `|` before the word that is being typed. */
function completeInBash(script: string, lines: readonly string[]): string[][] {
  const program = `${script}
while IFS='|' read -r before current; do
  COMP_WORDS=($before "$current")
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _cmap
  echo "\${COMPREPLY[*]}"
done`;
  const input = `${lines.join('\n')}\n`;
  const output = execFileSync('bash', ['--norc', '-u', '-c', program], {
    input,
    encoding: 'utf8',
    cwd: home,
    env: { PATH: `${path.join(home, 'cmap')}:${process.env['PATH']}`, XDG_CONFIG_HOME: home },
  });
  return output
    .split('\n')
    .slice(0, lines.length)
    .map((line) => line.split(' ').filter(Boolean));
}

it('completes every command and every option of the table in a real bash', async () => {
  const io = createMemoryIO();
  expect(await runProgram(['completion', 'bash'], io)).toBe(0);
  const firsts = [...new Set(NAMES.map((name) => name.split(' ')[0] ?? ''))];
  const groups = firsts.filter((first) => NAMES.some((name) => name.startsWith(`${first} `)));
  const asked = [
    { line: 'cmap|', words: [...firsts.toSorted(), 'help', 'version'] },
    ...groups.map((group) => ({
      line: `cmap ${group}|`,
      words: NAMES.filter((name) => name.startsWith(`${group} `)).map((name) => name.split(' ')[1] ?? ''),
    })),
    ...COMMANDS.map(({ usage, options = [] }) => ({
      line: `cmap ${commandName({ usage })}|-`,
      words: [
        ...new Set([...options.map(([flag]) => flag.split(' ')[0] ?? ''), '--env']),
        '--json',
        '-h',
        '--help',
        '-v',
        '--version',
      ],
    })),
    ...LINES,
  ];
  const words = completeInBash(
    io.stdout,
    asked.map(({ line }) => line),
  );
  expect(asked.map(({ line }, at) => ({ line, words: words[at] }))).toEqual(asked);
});

it('completes ids, keys and bindings from the environment that is chosen, and runs nothing of what it is given', async () => {
  const io = createMemoryIO();
  await runProgram(['completion', 'bash'], io);
  rmSync(path.join(home, 'asked'), { force: true });
  const words = completeInBash(
    io.stdout,
    ASKED.map(({ line }) => line),
  );

  expect(ASKED.map(({ line }, at) => ({ line, words: words[at] }))).toEqual(ASKED);
  expect(existsSync(path.join(home, 'run-by-a-shell'))).toBe(false);
  const asked = readFileSync(path.join(home, 'asked'), 'utf8').split('\n');
  expect(asked).toContain('__complete runs --env prod');
  expect(asked.filter((one) => one === '__complete runs --env prod')).toHaveLength(2);
});

it('completes the terms of a query where bash divides words, and what they exclude', async () => {
  const io = createMemoryIO();
  await runProgram(['completion', 'bash'], io);
  const lines = [
    { line: 'cmap run ls is', at: 'is', words: ['is:failed', 'is:open'] },
    { line: 'cmap run ls is:fa', at: 'fa', words: ['failed'] },
    { line: 'cmap run ls is:', at: ':', words: ['failed', 'open'] },
    { line: 'cmap run ls is:open label:u', at: 'u', words: ['urgent'] },
    { line: 'cmap run ls label:n', at: 'n', words: ['needs\\ review'] },
    { line: 'cmap run ls -lab', at: '-lab', words: ['-label:urgent', '-label:needs\\ review'] },
    { line: 'cmap run ls -label:u', at: 'u', words: ['urgent'] },
    { line: 'cmap run ls created:', at: ':', words: ['\\<24h'] },
    { line: 'cmap run ls created:\\<2', at: '\\<2', words: ['\\<24h'] },
    { line: 'cmap run ls --fai', at: '--fai', words: ['--failed'] },
  ];
  const program = `${io.stdout}
while IFS='|' read -r line current; do
  COMP_LINE=$line
  COMP_POINT=\${#COMP_LINE}
  COMP_WORDS=(cmap run ls "$current")
  COMP_CWORD=3
  _cmap
  (IFS='|'; echo "\${COMPREPLY[*]}")
done`;
  const output = execFileSync('bash', ['--norc', '-c', program], {
    input: `${lines.map(({ line, at }) => `${line}|${at}`).join('\n')}\n`,
    encoding: 'utf8',
    cwd: home,
    env: { PATH: `${path.join(home, 'cmap')}:${process.env['PATH']}`, XDG_CONFIG_HOME: home },
  });
  const words = output.split('\n').map((line) => line.split('|').filter(Boolean));

  expect(lines.map((one, at) => ({ ...one, words: words[at] }))).toEqual(lines);
});

it('asks nothing for commands, options and environments', async () => {
  const io = createMemoryIO();
  await runProgram(['completion', 'bash'], io);
  rmSync(path.join(home, 'asked'), { force: true });
  completeInBash(io.stdout, ['cmap|r', 'cmap run show|--j', 'cmap env use|', 'cmap run ls --kind|', 'cmap validate|']);

  expect(existsSync(path.join(home, 'asked'))).toBe(false);
});

it.each([
  { what: 'no settings', env: {} },
  {
    what: 'a storage account that is not there',
    env: { AzureWebJobsStorage: 'UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1:1' },
  },
])('says nothing and ends with $what', async ({ env }) => {
  const child = spawnSync(process.execPath, [inject('programs').cli, '__complete', 'runs'], {
    env: { ...env, HOME: home },
    encoding: 'utf8',
    timeout: 600_000,
  });
  expect({ status: child.status, stdout: child.stdout, stderr: child.stderr }).toEqual({
    status: 0,
    stdout: '',
    stderr: '',
  });
});
