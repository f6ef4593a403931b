import { commandName } from '../../command-line/check-command-line.ts';
import type { Command } from '../../command-line/command.ts';
import { GLOBAL_OPTIONS } from '../../command-line/global-options.ts';

/** Something that may be typed next. */
export interface Word {
  text: string;
  description: string;
}

export interface Flag {
  /** `-h` and `--help`. */
  names: string[];
  takesValue: boolean;
  /** Its value is the name of an environment. */
  takesEnvironment: boolean;
  description: string;
}

/** Where a command line stands, by the words of commands that were typed: nothing, a group, or a whole command. */
export interface Place {
  /** Empty, `run`, or `run ls`. */
  at: string;
  /** Commands and groups that may follow; none after a whole command. */
  words: Word[];
  /** The names of environments follow. */
  takesEnvironment: boolean;
  flags: Flag[];
}

/** Every place of a command line, the empty one first. */
export function listPlaces(commands: readonly Command[]): Place[] {
  const names = commands.map((command) => ({ command, words: commandName(command).split(' ') }));
  const groups = [...new Set(names.filter(({ words }) => words.length > 1).map(({ words }) => words[0] ?? ''))];
  const globals = GLOBAL_OPTIONS.map(toFlag);
  const top = [
    ...groups.map((text) => ({ text, description: nameAll(text, names) })),
    ...names
      .filter(({ words }) => words.length === 1)
      .map(({ command, words: [text = ''] }) => ({ text, description: command.description })),
  ].sort((a, b) => (a.text < b.text ? -1 : 1));
  return [
    { at: '', words: [...top, ...SPELLED_OUT], takesEnvironment: false, flags: globals },
    ...groups.map((group) => ({
      at: group,
      words: names.flatMap(({ command, words: [first, second] }) =>
        first === group && second !== undefined ? [{ text: second, description: command.description }] : [],
      ),
      takesEnvironment: false,
      flags: globals,
    })),
    ...names.map(({ command, words }) => ({
      at: words.join(' '),
      words: [],
      takesEnvironment: ENVIRONMENT.test(command.usage),
      flags: joinFlags((command.options ?? []).map(toFlag), globals),
    })),
  ];
}

/** An option of a command stands for the one of that name that all have. */
function joinFlags(own: readonly Flag[], globals: readonly Flag[]): Flag[] {
  const taken = new Set(own.flatMap(({ names }) => names));
  return [...own, ...globals.filter(({ names }) => !names.some((name) => taken.has(name)))];
}

const ENVIRONMENT = /[<[]environment[>\]]/;

/** Words that `spellOut` turns into options. */
const SPELLED_OUT: readonly Word[] = [
  { text: 'help', description: 'Say more about a command' },
  { text: 'version', description: 'Print the version' },
];

function nameAll(group: string, names: readonly { words: readonly string[] }[]): string {
  return names.flatMap(({ words: [first, second = ''] }) => (first === group ? [second] : [])).join(', ');
}

function toFlag([flag, description]: readonly [string, string]): Flag {
  const names = flag.split(/,\s*/).map((name) => name.replace(/ .*$/, ''));
  return { names, takesValue: /[<[]/.test(flag), takesEnvironment: ENVIRONMENT.test(flag), description };
}
