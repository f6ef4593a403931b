import { describe, expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { COMMAND_GROUPS } from '../../command-groups.ts';
import { commandName } from '../../command-line/check-command-line.ts';
import { runProgram } from '../../program.ts';

const NAMES = COMMAND_GROUPS.flatMap(({ commands }) => commands).map(commandName);

async function print(...argv: string[]) {
  const io = createMemoryIO();
  const code = await runProgram(['completion', ...argv], io);
  return { code, stdout: io.stdout, stderr: io.stderr };
}

describe('completion', () => {
  it.each([
    {
      shell: 'zsh',
      word: (name: string) => `'${name}:`,
      first: '#compdef cmap\n',
      last: 'else compdef _cmap cmap; fi',
    },
    { shell: 'fish', word: (name: string) => ` -a ${name} -d '`, first: '# fish', last: '' },
    { shell: 'pwsh', word: (name: string) => `'${name}' = '`, first: '# PowerShell', last: '}' },
  ])('names every command for $shell', async ({ shell, word, first, last }) => {
    const { code, stdout } = await print(shell);
    expect(code).toBe(0);
    expect(stdout.startsWith(first)).toBe(true);
    expect(stdout.trimEnd().endsWith(last)).toBe(true);
    for (const name of NAMES) for (const part of name.split(' ')) expect(stdout).toContain(word(part));
    for (const name of NAMES) expect(stdout).toContain(`'${name}'`);
    // Each quote of a description is escaped, so that quotes come in pairs.
    expect((stdout.replaceAll("\\'", '').match(/'/g) ?? []).length % 2).toBe(0);
  });

  it('is one JSON document with --json, and refuses another shell', async () => {
    expect(JSON.parse((await print('fish', '--json')).stdout)).toMatchObject({ ok: true, shell: 'fish' });
    expect(await print('tcsh')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'cmap: there is no completion for "tcsh"; write one of bash, zsh, fish, pwsh\n',
    });
  });
});
