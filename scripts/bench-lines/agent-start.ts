import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { CopilotClient, CopilotRequestHandler, RuntimeConnection, ToolSet } from '@github/copilot-sdk';

import { findIsolation, SPARE_UIDS } from '../../runner-container/agent/isolation.ts';
import { removeTree } from '../../runner-container/agent/remove-tree.ts';
import { createRunAgent } from '../../runner-container/agent/run-agent.ts';
import { findRuntimePath } from '../../runner-container/agent/runtime-path.ts';
import { startScriptedModel } from '../../sandbox/model/scripted-model.ts';
import { NO_CRITERIA } from '../../shared/domain/criteria/criterion.ts';
import { buildCodingResultTool } from '../../shared/domain/prompts/coding-result.ts';
import { MINUTE, systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import type { BenchLine } from '../bench-tools/bench-line.ts';
import { takeTurns } from '../bench-tools/take-turns.ts';

const ROUNDS = 9;
const PATH = '/usr/local/bin:/usr/bin:/bin';

/** From a leased task to the first model call, against starting a session with the SDK and sending one prompt. */
export async function benchAgentStart(): Promise<BenchLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  try {
    const measured = await takeTurns(
      ROUNDS,
      async () => timeSdkAlone(await mkdtemp(path.join(folder, 'sdk-'))),
      async () => timeRunAgent(await mkdtemp(path.join(folder, 'ours-'))),
    );
    return {
      name: 'lease to first model call',
      unit: 'ms',
      ...measured,
      limit: 1.5,
      note: 'ours includes the user switch, the session home and the work tree hand-over',
    };
  } finally {
    await removeTree(folder);
  }
}

async function timeSdkAlone(folder: string): Promise<number> {
  const startedAt = performance.now();
  let firstCallAt = 0;
  const called = Promise.withResolvers<void>();
  const requestHandler = new (class extends CopilotRequestHandler {
    protected override async sendRequest(): Promise<Response> {
      firstCallAt ||= performance.now();
      called.resolve();
      return Response.json({ error: { message: 'measured' } }, { status: 400 });
    }
  })();
  const client = new CopilotClient({
    mode: 'empty',
    useLoggedInUser: false,
    workingDirectory: folder,
    baseDirectory: folder,
    logLevel: 'error',
    requestHandler,
    connection: RuntimeConnection.forStdio({ path: findRuntimePath(), env: { PATH, HOME: folder } }),
  });
  const session = await client.createSession({
    availableTools: new ToolSet().addBuiltIn(['view']),
    onPermissionRequest: () => ({ kind: 'reject' }),
    model: 'any',
    provider: { type: 'openai', baseUrl: 'http://model.invalid/v1', apiKey: 'x', modelId: 'gpt-4.1', wireModel: 'any' },
  });
  await session.send({ prompt: 'Hello' });
  await called.promise;
  await client.forceStop();
  return firstCallAt - startedAt;
}

async function timeRunAgent(workTree: string): Promise<number> {
  let firstCallAt = 0;
  const model = await startScriptedModel({
    scenarios: [{ name: 'done', steps: [{ call: { tool: 'submit_result', arguments: { summary: 'Done.' } } }] }],
    onRequest: () => {
      firstCallAt ||= performance.now();
    },
  });
  try {
    const runAgent = createRunAgent({
      model: { kind: 'provider', type: 'openai', baseUrl: model.url, model: 'any' },
      isolation: await findIsolation({ user: 'agent', uids: SPARE_UIDS }),
      runtimePath: findRuntimePath(),
      inherited: { PATH },
      temporaryDirectory: tmpdir(),
      clock: systemClock,
      log: silentLog,
      redact: (text) => text,
    });
    const startedAt = performance.now();
    await runAgent(
      {
        access: 'edit',
        workTree,
        readableDirectories: [],
        instructions: 'Measure.',
        prompt: 'Hello',
        resultTool: buildCodingResultTool(NO_CRITERIA),
        limits: { wallClockMs: MINUTE, inactivityMs: MINUTE, maxModelCalls: 5, maxTokens: 100_000 },
      },
      new AbortController().signal,
    );
    return firstCallAt - startedAt;
  } finally {
    await model.stop();
  }
}
