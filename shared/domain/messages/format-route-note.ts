import { codeSpan } from '../../kernel/text/code-span.ts';
import { cutText } from '../../kernel/text/cut-text.ts';
import type { Binding, Route, RouteCondition } from '../mapping/binding.ts';
import type { RouteProblem } from '../runs/route-problem.ts';

export interface UnroutedTicket {
  problem: RouteProblem;
  /** By `describeNeeds`: routes the ticket fits or could be made to fit, or what is wrong with its fix versions. */
  routes: readonly string[];
  /** What asked for work on it. */
  by: 'change' | 'comment';
}

const NO_BRANCH = '**The agent does not know to which branch the work on this ticket belongs, so it has not begun.**';

/** What is listed fits into a comment, and into a row of the outbox. */
const MOST_LISTED = 20;
const MOST_NAMES = 5;
const LONGEST_NAME = 60;

/** The comment on a ticket that fits no route, or several: what to change, and how it goes on. */
export function formatUnrouted({ problem, routes, by }: UnroutedTicket): string {
  const list = routes.map((line) => `- ${line}`).join('\n');
  const then = by === 'change' ? 'The agent begins by itself then.' : 'Then ask again in a comment.';
  switch (problem) {
    case 'no-route':
      return `**The agent does not know in which repository to work on this ticket, so it has not begun.** The ticket fits none of the routes of its project. Give it what one of them asks for:\n\n${list}\n\n${then}`;
    case 'several-routes':
      return `**The agent does not know in which repository to work on this ticket, so it has not begun.** A ticket is worked on in one repository, and this one fits several routes of its project:\n\n${list}\n\nChange the ticket so that it fits one of them, or make a ticket for each. ${then}`;
    case 'no-version':
      return `${NO_BRANCH} The branch is named after the fix version, and the ticket has none:\n\n${list}\n\nSet one fix version. ${then}`;
    case 'several-versions':
      return `${NO_BRANCH} The branch is named after the fix version. A merge request goes to one branch, and the ticket has several:\n\n${list}\n\nLeave one, and make a ticket for each of the others. ${then}`;
    case 'odd-version':
      return `${NO_BRANCH} With the fix version of the ticket it would be no name of a branch:\n\n${list}\n\nRename the version in Jira, or choose another one. ${then}`;
  }
}

/** What that comment becomes when it is no longer so. */
export function formatRouted({ started }: { started: boolean }): string {
  return started
    ? '**The agent knows now where to work on this ticket, and has started.**'
    : '**The agent does not ask any more where to work on this ticket:** it left the status that starts work.';
}

/** What a ticket may be changed to so that it is worked on, each in a line of Markdown, and how many more there are. */
export function describeNeeds(choice: { routes: readonly Route[] } | { needs: readonly string[] }): string[] {
  const lines = 'routes' in choice ? choice.routes.map(describeRoute) : choice.needs;
  const more = lines.length - MOST_LISTED;
  return [...lines.slice(0, MOST_LISTED), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** A route in one line of Markdown: its name, and what a ticket needs to fit it. */
export function describeRoute({ name, when }: Route): string {
  return `${codeName(name)}: ${describeCondition(when)}`;
}

export interface WantedPlace {
  binding: Pick<Binding, 'repo' | 'route'>;
  /** Where it depends on the ticket. */
  targetBranch?: string;
}

/** In the run's comment: the ticket would go elsewhere by now, and the run stays where it is. */
export function formatKeptRoute(
  { repo }: Pick<Binding, 'repo'>,
  { binding: { repo: wanted, route }, targetBranch }: WantedPlace,
): string {
  const branch = targetBranch === undefined ? '' : `, branch ${codeSpan(targetBranch)}`;
  const by = route ? `, by the route ${codeSpan(route.name)}` : '';
  const end =
    wanted === repo ? 'merge or close the merge request, delete its branch' : 'merge or close the merge request';
  return `The agent works on this ticket in ${codeSpan(repo)}, where its merge request is open or this run was sent. By what the ticket says now it would go to ${codeSpan(wanted)}${branch}${by}: to have it worked on there, ${end} and ask again.`;
}

function describeCondition({ components, labels, issueTypes, field }: RouteCondition): string {
  return [
    ...describeNames('component', components),
    ...describeNames('label', labels),
    ...describeNames('issue type', issueTypes),
    ...(field ? describeNames(`field ${codeName(field.name)}`, field.values) : []),
  ].join(' and ');
}

function describeNames(what: string, names: readonly string[] | undefined): string[] {
  if (!names) return [];
  const more = names.length - MOST_NAMES;
  const listed = [...names.slice(0, MOST_NAMES).map(codeName), ...(more > 0 ? [`${more} more`] : [])];
  return [`${what} ${listed.join(' or ')}`];
}

function codeName(name: string): string {
  return codeSpan(name.length > LONGEST_NAME ? `${cutText(name, LONGEST_NAME - 1)}…` : name);
}
