import { expect, it } from 'vitest';

import { silentLog } from '../../shared/kernel/log.ts';
import { createMemoryLog } from '../../test/doubles/memory-log.ts';
import type { AgentReport, AgentRequest } from './agent.ts';
import { AgentFailure } from './agent-failure.ts';
import { withConversation } from './with-conversation.ts';

const deps = { signal: new AbortController().signal, log: silentLog };
const failure = new AgentFailure('agent-no-result', {
  usage: { modelCalls: 1, inputTokens: 1, outputTokens: 1 },
  transcript: '',
});

/** Answers each message with it, and fails at `bad`. Notes when it is over. */
function anAgent() {
  const log: string[] = [];
  const reportOn = (message: string) => ({ result: message, usage: failure.usage }) as unknown as AgentReport<string>;
  const runAgent = async <Result>(request: AgentRequest<Result>): Promise<AgentReport<Result>> => {
    const judge = request.judge as unknown as AgentRequest<string>['judge']; // the test knows its results as strings
    for (let message: string | undefined = request.prompt; message !== undefined; ) {
      log.push(message);
      if (message === 'bad') throw failure;
      message = await judge?.(reportOn(message));
    }
    log.push('over');
    return reportOn('over') as unknown as AgentReport<Result>;
  };
  return { log, runAgent };
}

const aRequest = (prompt: string) => ({ prompt }) as AgentRequest<string>;

it('asks the same session again until the work is done', async () => {
  const { log, runAgent } = anAgent();

  const done = await withConversation(
    runAgent,
    aRequest('first'),
    async ({ report, ask }) => {
      const results = [report().result];
      await ask('second');
      return [...results, report().result];
    },
    deps,
  );

  expect(done).toEqual(['first', 'second']);
  expect(log).toEqual(['first', 'second', 'over']);
});

it('ends the session when the work fails, with what it failed with', async () => {
  const { log, runAgent } = anAgent();
  const broken = new Error('broken');

  const work = withConversation(runAgent, aRequest('first'), () => Promise.reject(broken), deps);

  await expect(work).rejects.toBe(broken);
  expect(log).toEqual(['first', 'over']);
});

it('fails as the session does: without a first result, and in a later answer, which the work may catch', async () => {
  const work = withConversation(anAgent().runAgent, aRequest('bad'), async () => 'never', deps);
  await expect(work).rejects.toBe(failure);

  const caught = withConversation(
    anAgent().runAgent,
    aRequest('first'),
    async ({ ask }) => {
      await expect(ask('bad')).rejects.toBe(failure);
      throw new Error('refused');
    },
    deps,
  );
  await expect(caught).rejects.toThrow('refused');
});

it('what goes wrong after the work is done is logged, and does not undo it', async () => {
  const { runAgent } = anAgent();
  const log = createMemoryLog();
  const leaves = async <Result>(request: AgentRequest<Result>, aborted: AbortSignal): Promise<AgentReport<Result>> => {
    await runAgent(request);
    aborted.throwIfAborted();
    throw new Error('the home could not be removed');
  };

  const done = await withConversation(leaves, aRequest('first'), async () => 'pushed', { ...deps, log });

  expect(done).toBe('pushed');
  expect(log.lines.map(({ level, event }) => [level, event])).toEqual([['warn', 'agent session ended badly']]);
});

it('a session that ends without a result to judge is a fault and no wait without an end', async () => {
  const silent = () => Promise.resolve({} as AgentReport<never>);
  const work = withConversation(silent, aRequest('first'), async () => 'never', deps);
  await expect(work).rejects.toThrow('the session ended without a result to judge');
});
