import { formatTable } from '../../../cli/output/format-table.ts';
import type { MergeRequest } from '../../pages/api/gitlab-schemas.ts';
import { markAsReady } from '../../pages/gitlab/mark-as-ready.ts';
import { type Command, type CommandDeps, splitWord } from './command.ts';
import { findMergeRequest } from './find-merge-request.ts';
import { hand } from './issue-commands.ts';

/** What Ada does in GitLab. */
export const MERGE_REQUEST_COMMANDS: readonly Command[] = [
  { example: 'mrs', does: 'the merge requests, and what to type next', perform: listMergeRequests },
  { example: 'note !1 /copilot add a test', does: 'writes on it; /copilot asks the agent', perform: note },
  { example: 'apply !1', does: 'applies the first suggestion that is open', perform: applySuggestion },
  { example: 'ready !2', does: 'marks a draft as ready', perform: ready },
  { example: 'approve !2', does: 'approves it', perform: approve },
  { example: 'merge !2', does: 'merges it', perform: merge },
];

/** How a merge request is called here: `group/app!2`. */
export function nameOf({ project, iid }: Pick<MergeRequest, 'project' | 'iid'>): string {
  return `${project}!${iid}`;
}

async function listMergeRequests(_rest: string, { gitlab, columns }: CommandDeps): Promise<string> {
  const found = await gitlab.listMergeRequests();
  const rows = found.map((one) => [
    nameOf(one),
    one.isDraft && one.state === 'opened' ? 'draft' : one.state,
    one.title,
    nextOf(one),
  ]);
  return formatTable(['MERGE REQUEST', 'STATE', 'TITLE', 'NEXT'], rows, { color: false, columns: columns() });
}

/** What is typed next about a merge request. */
function nextOf(one: MergeRequest): string {
  if (one.state !== 'opened') return `show ${nameOf(one)}`;
  return `${one.isDraft ? 'ready' : 'merge'} ${nameOf(one)}`;
}

async function note(rest: string, { gitlab }: CommandDeps): Promise<string> {
  const [given, text] = splitWord(rest);
  const found = await findMergeRequest(given, gitlab);
  if (text === '') throw new Error(`Type what to say: note ${given} /copilot add a test`);
  await gitlab.writeNote(found, text);
  const next = /^\s*\/copilot\b/.test(text)
    ? ' The agent answers within seconds.'
    : ' /copilot at its beginning asks the agent.';
  return `The note on ${nameOf(found)} is written.${next}`;
}

/** One: its commit moves the lines that others are about. */
async function applySuggestion(rest: string, { gitlab }: CommandDeps): Promise<string> {
  const found = await findMergeRequest(rest, gitlab);
  const name = nameOf(found);
  const discussions = await gitlab.listDiscussions(found);
  const suggestion = discussions
    .flatMap(({ notes }) => notes.flatMap(({ suggestions }) => suggestions))
    .find(({ applied, appliable }) => appliable && !applied);
  if (!suggestion) throw new Error(`${name} has no suggestion to apply. A review of cmap may make one: show ${name}`);
  await gitlab.applySuggestion(suggestion.id);
  return `The suggestion is a commit of ${name} now. cmap reviews it within seconds. Next: show ${name}`;
}

async function ready(rest: string, deps: CommandDeps): Promise<string> {
  // What this word did in earlier versions.
  if (/^[a-z]\w*-\d+$/i.test(rest)) return hand(rest, deps);
  const found = await findMergeRequest(rest, deps.gitlab);
  const name = nameOf(found);
  if (!found.isDraft) throw new Error(`${name} is no draft. ${describeNext(found)}`);
  await markAsReady(found, deps.gitlab);
  return `${name} is ready. Next: approve ${name}, merge ${name}`;
}

async function approve(rest: string, { gitlab }: CommandDeps): Promise<string> {
  const found = await findMergeRequest(rest, gitlab);
  await gitlab.approve(found);
  return `You approved ${nameOf(found)}. ${describeNext(found)}`;
}

async function merge(rest: string, { gitlab }: CommandDeps): Promise<string> {
  const found = await findMergeRequest(rest, gitlab);
  const name = nameOf(found);
  if (found.state !== 'opened') throw new Error(`${name} is ${found.state} already. Next: mrs`);
  if (found.isDraft) throw new Error(`${name} is a draft, which GitLab does not merge. Next: ready ${name}`);
  await gitlab.merge(found);
  return `${name} is merged. cmap notices within seconds and moves its issue to Done. Next: issues`;
}

function describeNext({ state, isDraft, ...found }: MergeRequest): string {
  if (state !== 'opened') return `It is ${state}.`;
  return `Next: ${isDraft ? 'ready' : 'merge'} ${nameOf(found)}`;
}
