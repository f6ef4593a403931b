import { commandName } from '../../command-line/check-command-line.ts';
import type { Command, CompletedKind } from '../../command-line/command.ts';
import { GLOBAL_OPTIONS } from '../../command-line/global-options.ts';

/** Names of environments, which a script reads itself, or what `cmap __complete` prints. */
export type Completed = 'environments' | CompletedKind;

/** Something that may be typed next. */
export interface Word {
  text: string;
  description: string;
}

export interface Flag {
  /** `-h` and `--help`. */
  names: string[];
  takesValue: boolean;
  /** What completes its value. */
  completes?: Completed;
  description: string;
}

/** Where a command line stands, by the words of commands that were typed: nothing, a group, or a whole command. */
export interface Place {
  /** Empty, `run`, or `run ls`. */
  at: string;
  /** Commands and groups that may follow; none after a whole command. */
  words: Word[];
  /** What completes the argument of a whole command. */
  completes?: Completed;
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
    { at: '', words: [...top, ...SPELLED_OUT], flags: globals },
    ...groups.map((group) => ({
      at: group,
      words: names.flatMap(({ command, words: [first, second] }) =>
        first === group && second !== undefined ? [{ text: second, description: command.description }] : [],
      ),
      flags: globals,
    })),
    ...names.map(({ command, words }) => ({
      at: words.join(' '),
      words: [],
      ...complete(ENVIRONMENT.test(command.usage) ? 'environments' : command.completes),
      flags: joinFlags((command.options ?? []).map(toFlag), globals),
    })),
  ];
}

/** An option of a command stands for the one of that name that all have. */
function joinFlags(own: readonly Flag[], globals: readonly Flag[]): Flag[] {
  const taken = new Set(own.flatMap(({ names }) => names));
  return [...own, ...globals.filter(({ names }) => !names.some((name) => taken.has(name)))];
}

function complete(completes: Completed | undefined): { completes?: Completed } {
  return completes === undefined ? {} : { completes };
}

const ENVIRONMENT = /[<[]environment[>\]]/;
/** A Jira project of the map. */
const PROJECT = /^--(?:binding|project) </;

/** Words that `spellOut` turns into options. */
const SPELLED_OUT: readonly Word[] = [
  { text: 'help', description: 'Say more about a command' },
  { text: 'version', description: 'Print the version' },
];

function nameAll(group: string, names: readonly { words: readonly string[] }[]): string {
  return names.flatMap(({ words: [first, second = ''] }) => (first === group ? [second] : [])).join(', ');
}

/** The names of the options whose value is completed by one kind of thing. */
export function namesOf(flags: readonly Flag[], kind: Completed): string[] {
  return flags.filter(({ completes }) => completes === kind).flatMap(({ names }) => names);
}

function toFlag([flag, description]: readonly [string, string]): Flag {
  const names = flag.split(/,\s*/).map((name) => name.replace(/ .*$/, ''));
  const completes = ENVIRONMENT.test(flag) ? 'environments' : PROJECT.test(flag) ? 'projects' : undefined;
  return { names, takesValue: /[<[]/.test(flag), ...complete(completes), description };
}
