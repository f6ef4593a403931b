import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { COMMAND_GROUPS } from '../../command-groups.ts';
import { commandName } from '../../command-line/check-command-line.ts';
import { formatEnvironments } from '../../environments/environments-file.ts';
import { runProgram } from '../../program.ts';

/** Shells whose completion is asked as a person asks it: by a real one, with the Tab key where it has no other way. */
const SHELLS = { zsh: completeInZsh, fish: completeInFish };
type Shell = keyof typeof SHELLS;
const isThere = (shell: Shell) => spawnSync(shell, ['--version']).status === 0;
const MISSING = (['zsh', 'fish'] as const).filter((shell) => !isThere(shell));
if (MISSING.length > 0)
  process.stderr.write(`No ${MISSING.join(' and no ')} here: their completion is not tried in a real one.\n`);

const NAMES = COMMAND_GROUPS.flatMap(({ commands }) => commands).map(commandName);
const FIRSTS = [...new Set(NAMES.map((name) => name.split(' ')[0] ?? ''))];
const GROUPS = FIRSTS.filter((first) => NAMES.some((name) => name.startsWith(`${first} `)));

/** Each line with what it completes to, in any order. */
const LINES = [
  { line: 'cmap ', words: [...FIRSTS, 'help', 'version'] },
  ...GROUPS.map((group) => ({
    line: `cmap ${group} `,
    words: NAMES.filter((name) => name.startsWith(`${group} `)).map((name) => name.split(' ')[1] ?? ''),
  })),
  { line: 'cmap validate --js', words: ['--json'] },
  { line: 'cmap run ls --fai', words: ['--failed'] },
  { line: 'cmap run show run-1', words: ['run-1a2b'] },
  { line: 'cmap run retry ', words: ['run-1a2b', 'run-2b3c', 'PROJ-12'] },
  { line: 'cmap claims release ', words: ['audit 2.4.0', '$(touch run-by-a-shell)'] },
  { line: 'cmap ready ', words: ['PROJ'] },
  { line: 'cmap env use ', words: ['prod', 'test'] },
  { line: 'cmap --env prod run show P', words: ['PROJ-12'] },
  { line: 'cmap --env silent run show ', words: [] },
];

let home: string;
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'cmap-shells-'));
  mkdirSync(path.join(home, 'cmap'));
  const one = { settings: { GITLAB_URL: 'https://gitlab.example.com' }, secrets: {} };
  const byName = new Map([
    ['prod', one],
    ['test', one],
  ]);
  writeFileSync(path.join(home, 'cmap/environments.json'), formatEnvironments({ current: 'prod', byName }));
  writeFileSync(path.join(home, 'cmap/cmap'), CMAP, { mode: 0o755 });
  for (const shell of Object.keys(SHELLS)) {
    const io = createMemoryIO();
    expect(await runProgram(['completion', shell], io)).toBe(0);
    writeFileSync(path.join(home, `_cmap.${shell}`), io.stdout);
  }
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A deployment as the scripts see it, and a name in it that no shell may run. */
const CMAP = `#!/bin/sh
case "$*" in
*silent*) echo 'not signed in' >&2; exit 1 ;;
'__complete runs'*) printf '%s\\n' 'run-1a2b\tcoding PROJ-12, failed' 'run-2b3c\treview, done' 'PROJ-12\tcoding, failed' ;;
'__complete claims'*) printf '%s\\n' 'audit 2.4.0\theld by run-1' '$(touch run-by-a-shell)\theld by run-2' ;;
'__complete projects'*) printf '%s\\n' 'PROJ\tgroup/app' ;;
esac
`;

describe.each(Object.entries(SHELLS))('in a real %s', (shell, complete) => {
  it.skipIf(MISSING.some((missing) => missing === shell))(
    'completes commands, options, names of a deployment and environments, and runs nothing it is given',
    () => {
      const words = complete(LINES.map(({ line }) => line));
      const sorted = (list: readonly string[]) => list.toSorted();
      expect(LINES.map(({ line }, at) => ({ line, words: sorted(words[at] ?? []) }))).toEqual(
        LINES.map(({ line, words: wanted }) => ({ line, words: sorted(wanted) })),
      );
      expect(existsSync(path.join(home, 'run-by-a-shell'))).toBe(false);
    },
  );
});

function run(shell: Shell, args: readonly string[], input: string, env: Record<string, string> = {}): string {
  const PATH = `${path.join(home, 'cmap')}:${process.env['PATH']}`;
  return execFileSync(shell, args, {
    input,
    encoding: 'utf8',
    cwd: home,
    env: { PATH, HOME: home, XDG_CONFIG_HOME: home, LANG: 'C.UTF-8', ...env },
    timeout: 600_000,
  });
}

function completeInFish(lines: readonly string[]): string[][] {
  const program = `source _cmap.fish
while read -l line
  complete -C "$line"
  echo '---'
end`;
  return divide(run('fish', ['--no-config', '-c', program], `${lines.join('\n')}\n`));
}

/** Presses Tab in a zsh of its own terminal, and takes down what it would offer. */
function completeInZsh(lines: readonly string[]): string[][] {
  writeFileSync(path.join(home, 'init.zsh'), INIT_ZSH);
  run('zsh', ['-f', '-c', DRIVE_ZSH], `${lines.join('\n')}\n`, {
    OFFERED: path.join(home, 'offered'),
    LINES_ASKED: String(lines.length),
  });
  return divide(readFileSync(path.join(home, 'offered'), 'utf8'));
}

const INIT_ZSH = `PS1= RPS1=
autoload -Uz compinit
compinit -u -D
source ./_cmap.zsh
LISTMAX=100000
compadd() {
  local -a found
  builtin compadd -O found "$@"
  (( $#found )) && print -rl -- "\${(@)found}" >> $OFFERED
  builtin compadd "$@"
}
next-line() { print -r -- '---' >> $OFFERED; BUFFER=; }
zle -N next-line
bindkey '^I' complete-word
bindkey '^G' next-line
print -r -- READY
`;

/** It waits for the shell, not for a time, up to the limit of the whole. */
const DRIVE_ZSH = `zmodload zsh/zpty
zpty -b z zsh -f -i
zpty -w z 'stty columns 200 rows 400; source ./init.zsh'
all=
until [[ $all == *$'\\n'READY* ]]; do chunk=; zpty -r -t z chunk && all+=$chunk || sleep 0.05; done
while IFS= read -r typed; do zpty -n -w z "$typed"$'\\t\\x07'; done
until (( $(grep -c '^---$' $OFFERED 2>/dev/null) >= LINES_ASKED )); do
  while zpty -r -t z chunk; do :; done
  sleep 0.05
done
zpty -d z
`;

/** The words of each line, without what is said of them; zsh asks about each several times. */
function divide(output: string): string[][] {
  const parts = output.split(/^---\n/m).slice(0, -1);
  return parts.map((part) => [...new Set(part.split('\n').flatMap((line) => line.split('\t')[0] || []))]);
}
