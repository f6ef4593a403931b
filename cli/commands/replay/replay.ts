import * as z from 'zod';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import { pickNewest, runFolder } from '../../../shared/domain/runs/run-files.ts';
import {
  parseRunInputs,
  type RunInputs,
  type TrialRequest,
  TrialResult,
} from '../../../shared/domain/runs/run-inputs.ts';
import { parseJson } from '../../../shared/kernel/parse-json.ts';
import { parseSubject } from '../../arguments/subject.ts';
import { assertModelIsSet } from '../../clients/assert-model-is-set.ts';
import { findRun } from '../../clients/find-run.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { PROGRAMS, type Programs } from '../../io/start-program.ts';
import { answer } from '../../output/answer.ts';
import { describeMissingRuntime } from '../../output/describe-missing-runtime.ts';
import { refuse } from '../../output/refuse.ts';
import { describeReplay } from './describe-replay.ts';
import { findClone } from './find-clone.ts';
import type { ReplayedRun } from './replayed-run.ts';

export const ReplayOptions = z.object({
  id: z.string(),
  model: z
    .string()
    .regex(/^[\w./:@-]{1,200}$/, 'must be a model name')
    .optional(),
  instructions: z.string().optional(),
  json: z.boolean().default(false),
});
export type ReplayOptions = z.infer<typeof ReplayOptions>;

export interface ReplayDeps {
  tools: Pick<Tools, 'storage' | 'bindings' | 'gitlab'>;
  programs: Programs;
}

/**
 * Gives the session of a coding run once more what it was given, on this machine, and compares. Reads storage, and of
 * GitLab the commit the run began from; writes nowhere. Exit code 1 where there is nothing to replay or it failed.
 * @throws {UsageError} where no model is set
 */
export async function replay(
  { id, model, instructions, json }: ReplayOptions,
  io: CliIO,
  { tools, programs }: ReplayDeps = { tools: createTools(io), programs: PROGRAMS },
): Promise<number> {
  const say = (error: string) => refuse({ error, json }, io);
  if (!programs.has('trial')) {
    const words = ['replay', id, ...(model === undefined ? [] : ['--model', model])];
    return say(describeMissingRuntime({ words, instructions }));
  }
  assertModelIsSet(io.env);
  const found = await findRun(parseSubject(id), tools);
  if ('error' in found) return say(found.error);
  const { run } = found;
  const kept = await readKept(run, tools);
  if (!kept.inputs) return say(describeMissing(run));

  const { inputs } = kept;
  const text = instructions === undefined ? undefined : Buffer.from(await io.readFile(instructions)).toString('utf8');
  const { cloneUrl, token } = await findClone(inputs, run, tools);
  const request: TrialRequest = {
    inputs,
    cloneUrl,
    ...(model === undefined ? {} : { model }),
    ...(text === undefined ? {} : { instructions: text }),
  };
  if (!json) warnOfMissing(inputs, io);
  const lines: string[] = [];
  const ended = await programs.start(
    { name: 'trial', request, env: { ...io.env, CMAP_TRIAL_TOKEN: token }, onLine: (line) => lines.push(line) },
    io.interruption(),
  );
  const result = ended.code === 0 ? TrialResult.safeParse(parseJson(lines.join('\n'))).data : undefined;
  if (!result) return say(`the replay did not end well: ${ended.stderr.trim() || `exit code ${ended.code}`}`);

  const before = toReplayed(run, kept);
  const { attachments } = inputs;
  const document = { run: before, replay: result, samePatch: before.patch === result.patch, leftOut: attachments };
  answer({ json, document, text: () => describeReplay(before, result, io), verbatim: true }, io);
  return result.outcome === 'failed' ? 1 : 0;
}

interface Kept {
  inputs?: RunInputs;
  patch?: string;
  events: RunEvent[];
}

async function readKept({ runId }: Run, tools: ReplayDeps['tools']): Promise<Kept> {
  const { artefacts, ledger } = await tools.storage();
  const [paths, events] = await Promise.all([artefacts.list(runFolder(runId)), ledger.listEvents(runId, 0, () => {})]);
  const read = async (kind: 'inputs.json' | 'patch') => {
    const path = pickNewest(paths, kind);
    return path === undefined ? undefined : artefacts.find(path);
  };
  const [text, patch] = await Promise.all([read('inputs.json'), read('patch')]);
  const inputs = text === undefined ? undefined : parseRunInputs(text);
  return { events, ...(inputs ? { inputs } : {}), ...(patch === undefined ? {} : { patch }) };
}

function describeMissing({ runId, task, state }: Run): string {
  if (task.kind !== 'coding') return `${runId} is a ${task.kind} run, and only coding runs are replayed`;
  return `${runId} (${state}) has no inputs to replay: its session never began, it is of a version that kept none, transcripts are off, or they were deleted with its transcript`;
}

function warnOfMissing({ attachments }: RunInputs, io: CliIO): void {
  if (attachments.length === 0) return;
  io.warn(`cmap: the session had ${attachments.join(', ')} of the ticket, which are not kept; the replay goes without`);
}

function toReplayed({ runId, state, code, result, facts }: Run, { events, patch }: Kept): ReplayedRun {
  const usage = facts?.usage ?? result?.usage;
  const checked = events.findLast(({ name }) => name === 'checked');
  const begun = events.find(({ name }) => name === 'agent-started');
  const over = checked ?? events.findLast(({ name }) => name === 'agent-finished');
  const countOf = (field: string) => {
    const value = checked?.fields?.[field];
    return typeof value === 'number' ? value : null;
  };
  return {
    runId,
    outcome: result?.what ?? code ?? state,
    model: facts?.model ?? null,
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
    durationMs: begun && over ? over.at - begun.at : null,
    checks: countOf('checks'),
    files: countOf('files'),
    patch: patch ?? null,
  };
}
