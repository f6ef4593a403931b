import { keptBranchOf } from '../../../shared/domain/mapping/branch-of-issue.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { causeOf } from '../../../shared/domain/runs/task-cause.ts';
import { ADA, BRANCHING, KEEPING, OWN_PART, PROTECTED_FILE, REPOSITORIES } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { AgentCommit, Facts } from '../facts/read-facts.ts';
import { findRepeated, type Violation } from './violation.ts';

type Said = Pick<TortureEnvironment, 'allowed' | 'environment' | 'log' | 'pushed'>;

/**
 * What the gate refuses is kept once, where the record of its run says; it reaches a branch only by the word of a
 * maintainer, of one run, and a protected file only as what they have read. The word of another person does nothing.
 */
export function checkRefused(facts: Facts, torture: Said): Violation[] {
  const refused = facts.runs.filter(({ task, code }) => isGated(task) && code === 'change-refused');
  return [
    ...refused.flatMap((run) => checkKept(run, facts)),
    ...findRepeated(facts.attachments, ({ issueKey, name }) => `${issueKey} ${name}`).map(({ key, items }) =>
      duplicate(`${key} is attached ${items.length} times`, key.split(' ')),
    ),
    ...checkBranches(facts, torture),
    ...[...facts.gated].flatMap(([repo, commits]) => commits.flatMap((commit) => checkPassed(repo, commit, facts))),
    ...checkAllowances(facts, torture),
    ...torture.allowed.flatMap((said) => checkSaid(said, facts, torture)),
  ];
}

function isGated(task: Run['task']): boolean {
  return task.kind === 'coding' && [KEEPING, BRANCHING].includes(task.jiraProject);
}

function checkKept({ runId, task }: Run, { records, attachments, reports }: Facts): Violation[] {
  const issueKey = task.kind === 'coding' ? task.issueKey : '';
  const ids = [runId, issueKey];
  const work = records.get(runId)?.refused;
  if (!work) return [loss(`${task.id} was refused and has no record of it`, ids)];
  if (work.kept.kind !== 'patch') return [];
  const { name } = work.kept;
  const isAttached = attachments.some((file) => file.issueKey === issueKey && file.name === name);
  const isInComment = reports.some((report) => report.purpose === 'refused-work' && report.runId === runId);
  if (isAttached && isInComment) return [duplicate(`${name} is attached to ${issueKey} and stands in a comment`, ids)];
  return isAttached || isInComment ? [] : [loss(`${name} was kept on ${issueKey} and is not there`, ids)];
}

/** A branch is there as long as its ticket waits for people, goes when the work is delivered, and is merged nowhere. */
function checkBranches({ runs, records, keptBranches, mergeRequests }: Facts, torture: Said): Violation[] {
  const { log, pushed, environment } = torture;
  const people = new Set(pushed.map(({ sha }) => sha));
  const byTicket = Map.groupBy(
    runs.filter(({ task, state }) => isGated(task) && (state === 'done' || state === 'failed')),
    ({ task }) => (task.kind === 'coding' ? task.issueKey : ''),
  );
  const tickets = [...byTicket].flatMap(([issueKey, list]) => {
    const ended = list.toSorted((one, other) => one.updatedAt - other.updatedAt);
    const branch = keptBranchOf(`agent/${issueKey}`);
    const found = keptBranches.find((one) => one.branch === branch);
    const delivered = ended.findLastIndex(({ state, result }) => state === 'done' && result?.commitSha !== undefined);
    const kept = ended.findLastIndex(({ runId }) => records.get(runId)?.refused?.kept.kind === 'branch');
    const isTicketDone = environment.jira.issue(issueKey).status.category === 'done';
    const ids = [issueKey, branch, ...ended.map(({ runId }) => runId)];
    if (kept > delivered && !found && !isTicketDone)
      return [loss(`${branch} is gone although ${issueKey} was not delivered`, ids)];
    const isOurs = found && !people.has(found.sha);
    const isTolerated = log.some(
      (line) => line.includes('branch of refused work not removed') && line.includes(branch),
    );
    if (delivered > kept && isOurs && !isTolerated)
      return [stuck(`${branch} is left although ${issueKey} was delivered`, ids)];
    return [];
  });
  const opened = mergeRequests.filter(({ author, sourceBranch }) => author.bot && sourceBranch.endsWith('--refused'));
  return [
    ...tickets,
    ...opened.map(({ project, iid, sourceBranch }) =>
      defect(`${project.path}!${iid} was opened from ${sourceBranch}`, [sourceBranch]),
    ),
  ];
}

const BLANK = /^0+$/;

/** Each file of a commit that the gate refuses was let pass in the run that made it. */
function checkPassed(repo: string, { sha, runs, files }: AgentCommit, { records }: Facts): Violation[] {
  const jiraProject = REPOSITORIES.find((team) => team.repo === repo)?.jiraProject;
  const isRefused = (path: string) => (jiraProject === KEEPING ? path === PROTECTED_FILE : !path.startsWith(OWN_PART));
  const allowed = runs.flatMap((runId) => records.get(runId)?.allowed?.files ?? []);
  return files
    .filter(({ path }) => isRefused(path))
    .flatMap(({ path, blob }) => {
      const passed = allowed.filter((file) => file.path === path);
      const ids = [sha, ...runs];
      if (passed.length === 0) return [defect(`${path} passed in ${sha.slice(0, 8)} of ${repo} without a word`, ids)];
      const isAsRead = passed.some(({ content = '' }) => content.endsWith(` ${blob}`));
      // Deleted is no content that could run.
      if (path !== PROTECTED_FILE || isAsRead || BLANK.test(blob)) return [];
      return [defect(`${path} passed in ${sha.slice(0, 8)} of ${repo} as no person has read it`, ids)];
    });
}

/** One word counts for one run, and is one of a maintainer. */
function checkAllowances({ records }: Facts, { allowed }: Said): Violation[] {
  const granted = [...records].flatMap(([runId, record]) => (record.allowed ? [{ runId, ...record.allowed }] : []));
  const others = new Set(allowed.filter(({ by }) => by !== ADA).map(({ comment }) => comment));
  return [
    ...granted
      .filter(({ maintainer, comment }) => maintainer !== ADA || others.has(comment))
      .map(({ runId, by, comment }) => defect(`${by} let files pass in comment ${comment} without the right`, [runId])),
    ...findRepeated(granted, ({ service, comment }) => `${service} ${comment}`).map(({ key, items }) =>
      duplicate(
        `one word let files pass in ${items.length} runs: ${key}`,
        items.map(({ runId }) => runId),
      ),
    ),
  ];
}

/** A maintainer has an answer; of another person nothing is done. */
function checkSaid(
  { issueKey, comment, by }: Said['allowed'][number],
  { runs, notes, mergeRequests }: Facts,
  { environment: { jira } }: Said,
): Violation[] {
  const own = runs.filter(({ task }) => isAbout(task, issueKey, comment));
  const ids = [issueKey, ...own.map(({ runId }) => runId)];
  if (by !== ADA) {
    const done = own.filter(({ state }) => state === 'done');
    return done.map(({ task }) => defect(`${task.id} did what ${by} may not let pass`, ids));
  }
  const isAnswered = notes.some(({ answers }) => String(answers) === comment);
  if (own.length > 0 || isAnswered || jira.issue(issueKey).status.category === 'done') return [];
  const isInJira = jira.comments(issueKey).some(({ id }) => id === comment);
  const isOpen = mergeRequests.some(
    ({ sourceBranch, state, author }) => author.bot && sourceBranch === `agent/${issueKey}` && state === 'opened',
  );
  if (!isInJira && !isOpen) return [];
  return [loss(`comment ${comment} of a maintainer on ${issueKey} had no answer`, ids)];
}

function isAbout(task: Run['task'], issueKey: string, comment: string): boolean {
  if (task.kind !== 'coding' || task.issueKey !== issueKey) return false;
  const cause = causeOf(task);
  if (cause.kind === 'issue-comment') return cause.commentId === comment;
  return cause.kind === 'allow-note' && String(cause.noteId) === comment;
}

const defect = (what: string, ids: string[]): Violation => ({ kind: 'defect', what, ids });
const duplicate = (what: string, ids: string[]): Violation => ({ kind: 'duplicate', what, ids });
const loss = (what: string, ids: string[]): Violation => ({ kind: 'loss', what, ids });
const stuck = (what: string, ids: string[]): Violation => ({ kind: 'stuck', what, ids });
