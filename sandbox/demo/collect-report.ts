import type { Run } from '../../shared/domain/runs/run.ts';
import { EVERYTHING } from '../../shared/domain/runs/subjects.ts';
import type { Environment } from '../environment/start-environment.ts';

/** What the demo did, as data: what `npm run demo -- --json` prints. */
export type DemoReport = Awaited<ReturnType<typeof collectReport>>;

/** Reads the outcome from the systems themselves, not from what the programs said about it. */
export async function collectReport(environment: Environment) {
  const runs = (await environment.storage.ledger.listRecent(EVERYTHING, 100)).reverse();
  const { gitlab, jira } = environment;
  return {
    issues: jira.issueKeys.map((key) => {
      const { summary, status, assigneeId } = jira.issue(key);
      return { key, summary, status: status.name, assignee: assigneeId };
    }),
    runs: await Promise.all(runs.map((run) => describeRun(run, environment))),
    mergeRequests: gitlab.state.projects.flatMap(({ path, mergeRequests }) =>
      mergeRequests.map(({ iid, title, sourceBranch, targetBranch, state, headSha }) => ({
        project: path,
        iid,
        title,
        sourceBranch,
        targetBranch,
        state,
        headSha,
        url: `${gitlab.url}/${path}/-/merge_requests/${iid}`,
      })),
    ),
    reviews: collectReviews(environment),
    replies: collectReplies(environment),
    jira: {
      transitions: jira.transitions,
      comments: jira.issueKeys.flatMap((key) =>
        jira.comments(key).map(({ id, authorId, markdown }) => ({ issueKey: key, id, author: authorId, markdown })),
      ),
    },
    calls: { gitlab: gitlab.requests.count(), jira: jira.countRequests() },
  };
}

async function describeRun(run: Run, { storage }: Environment) {
  const { runId, task, state, attempt, createdAt, updatedAt, result, code } = run;
  const events = await storage.ledger.listEvents(runId);
  return {
    runId,
    kind: task.kind,
    taskId: task.id,
    state,
    attempt,
    durationMs: updatedAt - createdAt,
    stages: events.map(({ name }) => name).filter((name) => name !== 'agent-step'),
    ...(result ? { result } : {}),
    ...(code === undefined ? {} : { code }),
  };
}

/** Notes of the agents with a place in the code, and their summaries. */
function collectReviews({ gitlab }: Environment) {
  return listDiscussions({ gitlab }).flatMap(({ project, iid, discussion }) => {
    const [first] = discussion.notes;
    if (!first?.author.bot) return [];
    const { body, position, resolved } = first;
    return [
      {
        project,
        iid,
        kind: position ? ('finding' as const) : ('note' as const),
        ...(position ? { path: position['new_path'], line: position['new_line'] } : {}),
        resolved,
        body,
      },
    ];
  });
}

/** What the agents answered in threads of people. */
function collectReplies({ gitlab }: Environment) {
  return listDiscussions({ gitlab }).flatMap(({ project, iid, discussion: { notes } }) =>
    notes
      .slice(1)
      .filter(({ author, system }) => author.bot && !system)
      .map(({ body }) => ({ project, iid, asked: notes[0]?.body ?? '', body })),
  );
}

function listDiscussions({ gitlab }: Pick<Environment, 'gitlab'>) {
  return gitlab.state.projects.flatMap(({ path, mergeRequests }) =>
    mergeRequests.flatMap(({ iid, discussions }) =>
      discussions.map((discussion) => ({ project: path, iid, discussion })),
    ),
  );
}
