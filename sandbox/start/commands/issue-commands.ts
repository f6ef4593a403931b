import { readSubject } from '../../../cli/arguments/subject.ts';
import { formatTable } from '../../../cli/output/format-table.ts';
import type { JiraPerson } from '../../pages/api/jira-person.ts';
import type { Issue, Transition } from '../../pages/api/jira-schemas.ts';
import { type Command, type CommandDeps, splitWord } from './command.ts';

/** What Ada does in Jira. */
export const ISSUE_COMMANDS: readonly Command[] = [
  { example: 'issues', does: 'the issues, and what to type next', perform: listIssues },
  { example: 'new PROJ Greet people in French', does: 'creates an issue', perform: createIssue },
  { example: 'hand PROJ-1', does: 'hands it to the agent', perform: hand },
  { example: 'comment PROJ-1 Keep it short', does: 'comments on it', perform: comment },
  { example: 'move PROJ-1 Done', does: 'moves it to a status', perform: move },
  { example: 'assign PROJ-1 me', does: 'assigns it to you, with - to no person', perform: assign },
  { example: 'label PROJ-1 urgent', does: 'labels it; -urgent takes that away', perform: label },
];

/** The key in a text. @throws {Error} that says what to type instead */
export function keyOf(text: string): string {
  const subject = readSubject(text);
  if (subject?.kind === 'issue') return subject.issueKey;
  throw new Error(
    `${text === '' ? 'Which issue?' : `"${text}" is no issue:`} type one as in PROJ-1; issues lists them`,
  );
}

async function listIssues(_rest: string, { jira, trigger, columns }: CommandDeps): Promise<string> {
  const issues = await jira.listIssues(await jira.listProjects());
  if (issues.length === 0) return 'There is none; new PROJ Some words creates one';
  const moves = await Promise.all(issues.map(({ key }) => jira.listTransitions(key)));
  const rows = issues.map(({ key, status, summary }, index) => {
    const canBeHandedOver = status.category !== 'done' && moves[index]?.some(({ to }) => to === trigger);
    return [key, status.name, summary, canBeHandedOver ? `hand ${key}` : `show ${key}`];
  });
  return formatTable(['ISSUE', 'STATUS', 'SUMMARY', 'NEXT'], rows, { color: false, columns: columns() });
}

async function createIssue(rest: string, { jira }: CommandDeps): Promise<string> {
  const [given, summary] = splitWord(rest);
  const projects = await jira.listProjects();
  const project = projects.find((key) => key === given.toUpperCase());
  if (project === undefined || summary === '')
    throw new Error(`Type a project (${projects.join(', ')}) and what is to be done: new PROJ Greet people in French`);
  const key = await jira.createIssue({ project, summary, description: '' });
  return `${key} is created. Next: hand ${key}`;
}

/** Gives an issue to the agent. @throws {Error} that says what to type instead */
export async function hand(rest: string, deps: CommandDeps): Promise<string> {
  const key = keyOf(rest);
  await moveTo(key, deps.trigger, deps.jira);
  return `${key} is handed to the agent. cmap begins within seconds, and says so here.`;
}

async function comment(rest: string, { jira }: CommandDeps): Promise<string> {
  const [given, text] = splitWord(rest);
  const key = keyOf(given);
  if (text === '') throw new Error(`Type what to say: comment ${key} Keep it short`);
  await jira.comment(key, text);
  return `The comment on ${key} is written. The agent reads it with the issue: hand ${key}`;
}

async function move(rest: string, { jira }: CommandDeps): Promise<string> {
  const [given, status] = splitWord(rest);
  const key = keyOf(given);
  return `${key} is in ${await moveTo(key, status, jira)}.`;
}

/** Moves an issue by the name of a status or of the move. Resolves the status. */
async function moveTo(key: string, wanted: string, jira: JiraPerson): Promise<string> {
  const [issue, moves] = await Promise.all([jira.getIssue(key), jira.listTransitions(key)]);
  const found = moves.find((one) => isCalled(one, wanted));
  if (!found) throw new Error(describeMoves(issue, moves));
  await jira.move(key, found.id);
  return found.to;
}

function isCalled({ name, to }: Transition, wanted: string): boolean {
  return [name, to].some((word) => word.toLowerCase() === wanted.toLowerCase());
}

function describeMoves({ key, status }: Issue, moves: readonly Transition[]): string {
  const names = [...new Set(moves.map(({ to }) => to))].join(', ');
  return `${key} is in ${status.name}; move ${key} takes it to one of: ${names}`;
}

async function assign(rest: string, { jira, accountId }: CommandDeps): Promise<string> {
  const [given, name] = splitWord(rest);
  const key = keyOf(given);
  if (name === '-') {
    await jira.assign(key, undefined);
    return `${key} is assigned to no person.`;
  }
  const people = await jira.listAssignable(key);
  const wanted = name === 'me' ? accountId : name.toLowerCase();
  const person = people.find((one) => one.id === wanted || one.name.toLowerCase() === wanted);
  if (!person)
    throw new Error(`Type whom: assign ${key} me, -, or one of: ${people.map((one) => one.name).join(', ')}`);
  await jira.assign(key, person.id);
  return `${key} is assigned to ${person.name}.`;
}

async function label(rest: string, { jira }: CommandDeps): Promise<string> {
  const [given, text] = splitWord(rest);
  const key = keyOf(given);
  const word = text.replace(/^-/, '');
  if (word === '' || /\s/.test(word)) throw new Error(`Type one word: label ${key} urgent, or label ${key} -urgent`);
  const isRemoved = text.startsWith('-');
  await jira.changeLabel(key, isRemoved ? { remove: word } : { add: word });
  return `${key} ${isRemoved ? 'no longer has' : 'has'} the label ${word}.`;
}
