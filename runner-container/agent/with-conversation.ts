import type { AgentReport, AgentRequest, RunAgent } from './agent.ts';

export interface Conversation<Result> {
  /** The newest report of the session. */
  report(): AgentReport<Result>;
  /**
   * Sends the session another message; resolves when there is another result.
   * @throws {AgentFailure} The session is over then.
   */
  ask(message: string): Promise<void>;
}

/**
 * Runs a session that is kept while `work` deals with its result, and may be asked again until then. No process of it
 * is left, and the work tree is the runner's, whenever `work` is at work.
 * @throws {AgentFailure} when there is no first result; what `work` rejects with.
 */
export async function withConversation<Result, T>(
  runAgent: RunAgent,
  request: AgentRequest<Result>,
  work: (conversation: Conversation<Result>) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let reported = Promise.withResolvers<AgentReport<Result>>();
  let judged = Promise.withResolvers<string | undefined>();
  const judge: AgentRequest<Result>['judge'] = (report) => {
    judged = Promise.withResolvers();
    reported.resolve(report);
    return judged.promise;
  };
  const session = runAgent({ ...request, judge }, signal);
  session.catch((error: unknown) => reported.reject(error));

  let newest = await reported.promise;
  const conversation: Conversation<Result> = {
    report: () => newest,
    async ask(message) {
      reported = Promise.withResolvers();
      judged.resolve(message);
      newest = await reported.promise;
    },
  };
  try {
    const done = await work(conversation);
    judged.resolve(undefined);
    await session;
    return done;
  } catch (error) {
    judged.resolve(undefined);
    // Why the work failed is what counts.
    await session.catch(() => undefined);
    throw error;
  }
}
