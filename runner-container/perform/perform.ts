import type { Jira } from '../../shared/domain/ports/jira.ts';
import type { Outcome } from '../../shared/domain/runs/outcome.ts';
import type { EchoTask } from '../../shared/domain/runs/task.ts';
import { describeError, TaskError } from '../../shared/kernel/errors.ts';
import { AgentFailure } from '../agent/agent-failure.ts';
import { performAudit } from './audit/perform-audit.ts';
import { performCoding } from './coding/perform-coding.ts';
import { rememberComments } from './coding/remember-comments.ts';
import { performReply } from './reply/perform-reply.ts';
import { performReview } from './review/perform-review.ts';
import { maskResults } from './run/mask-results.ts';
import { assertOwnImage, OtherImage } from './run/own-image.ts';
import { recordSessions } from './run/record-sessions.ts';
import type { RunContext } from './run/run-context.ts';
import type { RunnerDeps } from './run/runner-deps.ts';
import { performUpdate } from './update/perform-update.ts';

/** Performs one run. Never throws: every ending is an outcome with a code from the catalogue. */
export async function perform(context: RunContext, deps: RunnerDeps, signal: AbortSignal): Promise<Outcome> {
  context.note({ agentId: deps.settings.agentId });
  try {
    return await performTask(context, deps, signal);
  } catch (error) {
    if (error instanceof OtherImage) return toMove(error, deps);
    const failure = findAgentFailure(error);
    if (failure) await keepTranscript(failure, context, deps);
    return toOutcome(error, context, deps, signal);
  }
}

function toMove({ image }: OtherImage, { images, log }: Pick<RunnerDeps, 'images' | 'log'>): Outcome {
  log.info('run is for another image', { image: image ?? 'default', ownImage: images?.own ?? 'default' });
  return { kind: 'move', ...(image === undefined ? {} : { image }) };
}

/** A change that was refused ends the run as such, also when the session could not repair it. */
function findAgentFailure(error: unknown): AgentFailure | undefined {
  if (error instanceof AgentFailure) return error;
  return error instanceof TaskError && error.cause instanceof AgentFailure ? error.cause : undefined;
}

/** How the session failed is what counts, also when storage has no place for its transcript now. */
async function keepTranscript(
  { transcript }: AgentFailure,
  { run }: RunContext,
  { saveTranscript, log }: Pick<RunnerDeps, 'saveTranscript' | 'log'>,
): Promise<void> {
  try {
    await saveTranscript(run, transcript);
  } catch (error) {
    log.warn('transcript not saved', { error });
  }
}

function performTask(context: RunContext, tools: RunnerDeps, signal: AbortSignal): Promise<Outcome> {
  const { task } = context.run;
  const recorded = recordSessions(tools.runAgent, context, () => tools.settings);
  const runAgent = maskResults(recorded, tools.maskWritten);
  const deps = { ...tools, runAgent };
  switch (task.kind) {
    case 'coding':
      return performCoding({ task, context, deps: { ...deps, jira: rememberComments(jiraOf(deps)) } }, signal);
    case 'review':
      return performReview({ task, context, deps }, signal);
    case 'reply':
      return performReply({ task, context, deps }, signal);
    case 'update':
      return performUpdate({ task, context, deps }, signal);
    case 'audit':
      return performAudit({ task, context, deps }, signal);
    case 'echo':
      return performEcho(task, tools);
  }
}

/** Belongs to no binding: the image it names itself is the one it proves the way to. */
async function performEcho({ image, text }: EchoTask, { images }: Pick<RunnerDeps, 'images'>): Promise<Outcome> {
  assertOwnImage(image, images);
  return { kind: 'done', result: { what: 'echo', summary: text } };
}

/** Coding tasks exist only where Jira does; one that appears anyway fails with its own name. */
function jiraOf({ jira }: Pick<RunnerDeps, 'jira'>): Jira {
  if (!jira) throw new TaskError('jira-unauthorized', { detail: 'JIRA_URL is not configured' });
  return jira;
}

function toOutcome(
  error: unknown,
  context: Pick<RunContext, 'listFacts'>,
  { log }: Pick<RunnerDeps, 'log'>,
  signal: AbortSignal,
): Outcome {
  // The drain loop knows why it aborted (a lost lease, a shutdown), and settles accordingly.
  if (signal.aborted) return { kind: 'retry', code: 'interrupted' };
  if (!(error instanceof TaskError)) {
    log.error('unexpected error', { error });
    return { kind: 'give-up', code: 'unexpected' };
  }
  const { code, detail, retryAfterMs } = error;
  log.warn('run failed', { code, error });
  const failure = { code, ...(detail === undefined ? {} : { detail }) };
  const { retry, credential } = describeError(code);
  // Once a model has done the work, it must not be lost by a token that is renewed meanwhile.
  const isWorthWaiting = credential && context.listFacts().usage !== undefined;
  if (!retry && !isWorthWaiting) return { kind: 'give-up', ...failure };
  return { kind: 'retry', ...failure, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
