import type { Log } from '../../shared/kernel/log.ts';
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
 * What goes wrong while a session is put away is logged: the work is done by then.
 * @throws {AgentFailure} when there is no first result; what `work` rejects with.
 */
export async function withConversation<Result, T>(
  runAgent: RunAgent,
  request: AgentRequest<Result>,
  work: (conversation: Conversation<Result>) => Promise<T>,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<T> {
  let reported = Promise.withResolvers<AgentReport<Result>>();
  let judged = Promise.withResolvers<string | undefined>();
  const judge: AgentRequest<Result>['judge'] = (report) => {
    judged = Promise.withResolvers();
    reported.resolve(report);
    return judged.promise;
  };
  const session = runAgent({ ...request, judge }, signal);
  session.then(
    () => reported.reject(new Error('the session ended without a result to judge')),
    (error: unknown) => reported.reject(error),
  );

  let newest = await reported.promise;
  const conversation: Conversation<Result> = {
    report: () => newest,
    async ask(message) {
      reported = Promise.withResolvers();
      judged.resolve(message);
      newest = await reported.promise;
    },
  };
  const putAway = async () => {
    judged.resolve(undefined);
    await session.catch((error: unknown) => log.warn('agent session ended badly', { error }));
  };
  return work(conversation).finally(putAway);
}
