import * as z from 'zod';
import { EvalEvent, type EvalRequest } from '../../../shared/domain/runs/eval-report.ts';
import { MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { parseJson } from '../../../shared/kernel/parse-json.ts';
import { assertModelIsSet } from '../../clients/assert-model-is-set.ts';
import type { CliIO } from '../../io/io.ts';
import { PROGRAMS, type Programs } from '../../io/start-program.ts';
import { answer } from '../../output/answer.ts';
import { describeMissingRuntime } from '../../output/describe-missing-runtime.ts';
import { refuse } from '../../output/refuse.ts';
import { describeBegin, describeEval, describeProgress } from './describe-eval.ts';
import type { EvalReport } from './eval-so-far.ts';
import { summarizeEval } from './summarize-eval.ts';

const several = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) => [...new Set([given].flat().flatMap((one) => one.split(',').map((word) => word.trim())))])
  .transform((words) => words.filter((word) => word !== ''));
const modelName = z.string().regex(/^[\w./:@-]{1,200}$/, 'must be a model name');
const amount = z.coerce.number('needs a number').positive('must be above 0');

export const EvalOptions = z.object({
  only: several,
  model: several.pipe(z.array(modelName)),
  instructions: z.string().optional(),
  minutes: amount.max(1440, 'must be at most 1440').default(15),
  testSeconds: amount.max(3600, 'must be at most 3600').default(60),
  json: z.boolean().default(false),
});
export type EvalOptions = z.infer<typeof EvalOptions>;

/**
 * Gives models the tickets of the set, on this machine, and counts what they solve. Writes nowhere; Ctrl-C ends it and
 * shows what there is. Exit code 1 where not every ticket that was asked for came to an end, also for want of the tools
 * of its language: a number that is compared must be whole.
 * @throws {UsageError} where no model is set
 */
export async function evaluate(options: EvalOptions, io: CliIO, programs: Programs = PROGRAMS): Promise<number> {
  const { json } = options;
  if (!programs.has('eval')) return refuse({ error: describeMissing(options), json }, io);
  assertModelIsSet(io.env);
  const report: EvalReport = { results: [], stopped: [] };
  const onLine = (line: string) => {
    const event = EvalEvent.safeParse(parseJson(line)).data;
    if (event) note(event, report, json ? undefined : io);
  };
  const request = await toRequest(options, io);
  const ended = await programs.start({ name: 'eval', request, env: pickSettings(io.env), onLine }, io.interruption());
  const problem = ended.code === 0 ? undefined : ended.stderr.trim() || `exit code ${ended.code}`;
  if (!report.begun || (report.results.length === 0 && report.begun.tickets.length > 0))
    return refuse({ error: problem ?? 'no ticket was tried', json }, io);

  const summary = summarizeEval(report, report.begun);
  const { tickets, skipped } = report.begun;
  const notRun = skipped.reduce((sum, language) => sum + language.tickets.length, 0);
  const isWhole = problem === undefined && notRun === 0 && tickets.length > 0 && summary.every((one) => one.isWhole);
  const document = { tickets, skipped, notRun, models: summary, results: report.results, stopped: report.stopped };
  const text = () => describeEval(report, summary, io);
  const exitCode = answer({ json, document, text, ok: isWhole }, io);
  if (problem !== undefined) io.warn(`cmap: the evaluation is not whole: ${problem}`);
  return exitCode;
}

function note(event: EvalEvent, report: EvalReport, io: CliIO | undefined): void {
  switch (event.kind) {
    case 'begun':
      report.begun = event;
      io?.warn(describeBegin(event));
      return;
    case 'ended':
      report.results.push(event.result);
      io?.warn(describeProgress(event.result, report));
      return;
    case 'stopped':
      report.stopped.push({ model: event.model, reason: event.reason });
  }
}

async function toRequest(
  { only, model, instructions, minutes, testSeconds }: EvalOptions,
  io: CliIO,
): Promise<EvalRequest> {
  const text = instructions === undefined ? undefined : Buffer.from(await io.readFile(instructions)).toString('utf8');
  return {
    only,
    models: model,
    ...(text === undefined ? {} : { instructions: text }),
    sessionMs: minutes * MINUTE,
    testMs: testSeconds * SECOND,
  };
}

/** What the program has a use for: no token of Jira, GitLab or storage comes near an agent. */
const USED =
  /^(?:COPILOT_\w+|GITHUB_TOKEN|MODEL_PRICES|PRICE_CURRENCY|RUNNER_\w+|GIT_AUTHOR_\w+|(?:HTTPS?|NO)_PROXY|NODE_\w+|SSL_CERT_FILE|GIT_SSL_CAINFO|PATH|TMPDIR|TEMP|SYSTEMROOT|LANG)$/i;

function pickSettings(env: CliIO['env']): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => USED.test(name)));
}

function describeMissing({ only, model, instructions, minutes, testSeconds }: EvalOptions): string {
  const words = [
    'eval',
    ...(only.length === 0 ? [] : ['--only', only.join(',')]),
    ...model.flatMap((name) => ['--model', name]),
    ...(minutes === 15 ? [] : ['--minutes', String(minutes)]),
    ...(testSeconds === 60 ? [] : ['--test-seconds', String(testSeconds)]),
  ];
  return describeMissingRuntime({ words, instructions });
}
