import type { Clock } from '../../shared/kernel/clock.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { RETRY, type RetryPolicy } from '../../shared/kernel/retry.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import type { AgentReport, AgentRequest } from './agent.ts';
import type { AgentAccount } from './agent-account.ts';
import { AgentFailure, type AgentFailureOptions } from './agent-failure.ts';
import { createClient } from './create-client.ts';
import type { Ending } from './endings.ts';
import { buildEnvironment } from './environment.ts';
import { findJsonResult } from './find-json-result.ts';
import type { Isolation } from './isolation.ts';
import type { MissingServer, OpenServers } from './mcp-servers.ts';
import { createModelGateway } from './model-gateway.ts';
import type { ModelLedger } from './model-ledger.ts';
import type { ModelSettings } from './model-settings.ts';
import { reachableRuntime } from './reachable-runtime.ts';
import { reap } from './reap.ts';
import { createEventRecorder } from './record-event.ts';
import { createResultTool, type ResultSink } from './result-tool.ts';
import { runSession } from './run-session.ts';
import { buildSessionConfig } from './session-config.ts';
import type { SessionHome } from './session-home.ts';
import { createTranscript } from './transcript.ts';
import { createWatchdog } from './watchdog.ts';

export interface RunAgentDeps {
  model: ModelSettings;
  /** From `findIsolation`, once per process. */
  isolation: Isolation;
  /** From `findRuntimePath`, once per process. */
  runtimePath: string;
  /** What the agent's shells are given of the runner's environment, `PATH` among it: nothing else reaches them. */
  inherited: Readonly<Record<string, string>>;
  /** Existing directory for the session's own files. The agent's user must be able to pass it. */
  temporaryDirectory: string;
  clock: Clock;
  log: Log;
  redact: (text: string) => string;
  /** What the servers of a request are given by name; absent: no request has servers with secrets. */
  mcpSecretFor?: (secretRef: string) => Promise<Secret>;
  retry?: RetryPolicy;
}

/** One message to the model and its result: a session has one, and one more for each result that does not stand. */
export interface Round<Result> {
  request: AgentRequest<Result>;
  account: AgentAccount;
  home: SessionHome;
  /** Of the session, which the rounds after the first take up where it ended. */
  id: string;
  isFirst: boolean;
  message: string;
  /** Of the whole session. */
  ledger: ModelLedger;
  /** Of the whole session; absent where it has none. */
  mcp?: OpenServers;
  /** Where its skills are; absent where it is offered none. */
  skillDirectory?: string;
  /** Of the whole session, judging included. */
  deadlineMs: number;
}

const MAX_NUDGES = 2;

/**
 * Performs one round with a runtime of its own and leaves no process behind.
 * @throws {AgentFailure}
 */
export async function performRound<Result>(
  deps: RunAgentDeps,
  round: Round<Result>,
  signal: AbortSignal,
): Promise<AgentReport<Result>> {
  const { model, clock, log, retry = RETRY.modelCall } = deps;
  const { request, account, home, ledger, message, mcp, skillDirectory } = round;
  const redact = mcp ? (text: string) => deps.redact(mcp.hide(text)) : deps.redact;
  const { limits, workTree, instructions } = request;
  const over = new AbortController();
  const transcript = createTranscript({ clock, redact });
  const activity = createWatchdog(clock, limits.inactivityMs);
  const recorder = createEventRecorder({
    step: { workTree, redact },
    transcript,
    ledger,
    activity,
    onStep: request.onStep,
  });
  const sink: ResultSink<Result> = { accepted: undefined };
  const images = round.isFirst ? (request.images ?? []) : [];
  transcript.add('prompt', {
    ...(round.isFirst ? { instructions } : {}),
    prompt: message,
    ...(images.length > 0 ? { images: images.map(({ file }) => file) } : {}),
  });

  const client = createClient({
    runtimePath: await reachableRuntime(deps.runtimePath, home.root, account),
    workTree,
    account,
    home,
    environment: buildEnvironment(home, account, deps.inherited),
    requestHandler: createModelGateway({
      model,
      limits,
      retry,
      ledger,
      activity,
      clock,
      log,
      redact,
      onModelCall: request.onModelCall,
      signal: over.signal,
    }),
  });
  const config = buildSessionConfig({
    request,
    model,
    resultTool: createResultTool(request.resultTool, sink),
    temporary: home.temporary,
    ...(mcp ? { mcp } : {}),
    ...(skillDirectory === undefined ? {} : { skillDirectory }),
    askToGoOn: createNudge(request, sink, recorder.lastMessage),
  });

  const { id, isFirst, deadlineMs } = round;
  const session = {
    id,
    isFirst,
    isKept: request.judge !== undefined,
    config,
    message,
    images: { images, model, wanted: request.model },
  };
  let missing: readonly MissingServer[] = [];
  const servers = {
    mcpServers: mcp?.servers ?? [],
    withheldServers: mcp?.withheld ?? [],
    onMissingServers: (found: readonly MissingServer[]) => {
      missing = found;
      for (const { name, isOptional, why } of found) {
        log.warn('mcp server did not start', { server: name, isOptional, why: redact(why) });
        transcript.add('mcp-server', { server: name, isOptional, why: redact(why) });
        request.onStep?.({ tool: 'mcp', target: `${name} did not start` });
      }
    },
  };
  const run = { client, ...session, deadlineMs, activity, clock, onEvent: recorder.record, ...servers };
  const ending = await runSession(run, signal).finally(() => over.abort());
  await reap(account.ids ? { uid: account.ids.uid } : { home: home.home }, clock);

  transcript.add('ending', { ...ending, cause: undefined, resultAccepted: sink.accepted !== undefined });
  const record = { usage: { ...ledger.usage }, transcript: hideLines(transcript.toString(), mcp) };
  const seen = {
    ...record,
    ...(ledger.imagesRefused ? { imagesRefused: true } : {}),
    ...(missing.length > 0 ? { missingServers: missing.map(({ name }) => name) } : {}),
  };
  const interrupted = ending.kind === 'failed' && ending.code === 'interrupted';
  // A result that was accepted stands, also when closing the session failed.
  if (sink.accepted && !interrupted) return { result: sink.accepted.value, resultFrom: 'tool', ...seen };

  if (ending.kind === 'idle') {
    const written = findJsonResult(recorder.lastMessage(), request.resultTool.schema);
    if (written) return { result: written.value, resultFrom: 'prose', ...seen };
  }
  const { code, ...options } = ledger.failure && ending.kind === 'gave-up' ? ledger.failure : toFailure(ending);
  throw new AgentFailure(code, { ...options, ...record });
}

/** Weak secrets of servers, too, which no other reader of the transcript would mask. */
function hideLines(lines: string, mcp: OpenServers | undefined): string {
  return mcp?.hasSecrets ? mcp.hide(lines) : lines;
}

/** Reminds a model that stopped without a result, but not one that wrote it down, and not forever. */
function createNudge<Result>(
  { resultTool: { name, schema } }: AgentRequest<Result>,
  sink: ResultSink<Result>,
  lastMessage: () => string,
): () => string | undefined {
  let nudges = 0;
  return () => {
    if (sink.accepted || nudges >= MAX_NUDGES || findJsonResult(lastMessage(), schema)) return undefined;
    nudges += 1;
    return `You have not called ${name} yet. Finish what is missing and call ${name} with the result now.`;
  };
}

type Failure = Omit<AgentFailureOptions, 'usage' | 'transcript'> & { code: AgentFailure['code'] };

function toFailure(ending: Ending): Failure {
  switch (ending.kind) {
    case 'idle':
      return { code: 'agent-no-result' };
    case 'gave-up':
      return { code: 'model-unavailable', detail: ending.detail };
    case 'failed': {
      const { kind: _, ...failure } = ending;
      return failure;
    }
  }
}
