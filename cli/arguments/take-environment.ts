import { UsageError } from './usage-error.ts';

export interface TakenEnvironment {
  /** What is left. */
  argv: string[];
  /** What `--env` names. */
  name?: string;
}

/**
 * Takes `--env NAME` out of a command line, wherever it stands before `--`: its value would be taken for a command
 * where it comes first. After a command that has an option of that name it is that one.
 * @throws {UsageError} when it has no value, or is given twice
 */
export function takeEnvironment(argv: readonly string[], commandsWithOwn: readonly string[]): TakenEnvironment {
  const rest: string[] = [];
  const names: string[] = [];
  const end = argv.indexOf('--');
  const given = end === -1 ? argv : argv.slice(0, end);
  for (let at = 0; at < given.length; at += 1) {
    const argument = given[at] ?? '';
    const [, inline] = /^--env(?:=(.*))?$/s.exec(argument) ?? [];
    const isOurs = (argument === '--env' || inline !== undefined) && !belongsToCommand(rest, commandsWithOwn);
    if (!isOurs) rest.push(argument);
    else {
      const value = inline ?? given[++at] ?? '';
      if (value === '' || value.startsWith('-')) throw new UsageError('--env needs a value');
      names.push(value);
    }
  }
  if (names.length > 1) throw new UsageError('--env is given more than once');
  return { argv: [...rest, ...argv.slice(given.length)], ...(names[0] === undefined ? {} : { name: names[0] }) };
}

function belongsToCommand(before: readonly string[], commands: readonly string[]): boolean {
  const words = before.filter((argument) => !argument.startsWith('-')).join(' ');
  return commands.some((command) => words === command || words.startsWith(`${command} `));
}
