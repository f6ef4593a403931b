import { expect, it } from 'vitest';
import type { EvalEvent, EvalRequest, EvalResult } from '../../../shared/domain/runs/eval-report.ts';
import { createMemoryIO, type MemoryIOOptions } from '../../../test/doubles/memory-io.ts';
import { readOptions } from '../../arguments/read-options.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { ProgramEnding, ProgramRequest } from '../../io/start-program.ts';
import { EvalOptions, evaluate } from './eval.ts';

const BEGUN: EvalEvent = {
  kind: 'begun',
  tickets: [
    { id: 'js-1', language: 'JavaScript', summary: 'Round amounts' },
    { id: 'py-1', language: 'Python', summary: 'Merge ranges' },
  ],
  models: ['gpt-5'],
  skipped: [],
};

/** The same without a compiler. */
const WITHOUT_C: EvalEvent = { ...BEGUN, skipped: [{ language: 'C', missing: 'cc', tickets: ['c-1', 'c-2'] }] };

function ended(result: Partial<EvalResult>): EvalEvent {
  const usage = { modelCalls: 4, inputTokens: 10_000, outputTokens: 500 };
  const cost = { amount: 0.5, currency: 'USD' };
  const solved = { outcome: 'solved' as const, reason: null };
  return {
    kind: 'ended',
    result: { ticket: 'js-1', model: 'gpt-5', ...solved, usage, cost, durationMs: 61_000, ...result },
  };
}

const UNSOLVED = ended({ ticket: 'py-1', outcome: 'unsolved', reason: 'line 2 of the hidden test is missing' });

/** As the program would say these events and end. */
async function run(
  events: readonly EvalEvent[],
  {
    given = {},
    ending = { code: 0, stderr: '' },
    has = true,
    ...surroundings
  }: MemoryIOOptions & {
    given?: Record<string, unknown>;
    ending?: ProgramEnding;
    has?: boolean;
  } = {},
) {
  const io = createMemoryIO({ env: { GITHUB_TOKEN: 'token' }, ...surroundings });
  const asked: ProgramRequest[] = [];
  const start = async (request: ProgramRequest) => {
    asked.push(request);
    for (const event of events) request.onLine(JSON.stringify(event));
    return ending;
  };
  const code = await evaluate(readOptions(EvalOptions, given), io, { start, has: () => has });
  return { code, io, asked, request: asked[0]?.request as EvalRequest };
}

it('shows each ticket, the sums, and why one is not solved', async () => {
  const { code, io } = await run([BEGUN, ended({}), UNSOLVED]);
  expect(code).toBe(0);
  expect(io.stderr).toBe(
    'cmap: 2 tickets for gpt-5, one after the other; Ctrl-C ends it and shows what there is\ncmap: js-1 with gpt-5: solved, 1 min (1 of 2)\ncmap: py-1 with gpt-5: unsolved, 1 min (2 of 2)\n',
  );
  expect(io.stdout).toMatchInlineSnapshot(`
    "TICKET  LANGUAGE    SUMMARY        gpt-5
    js-1    JavaScript  Round amounts  solved, 1 min
    py-1    Python      Merge ranges   unsolved, 1 min

    MODEL  SOLVED  REFUSED  UNSOLVED  FAILED  COST      TOKENS  TIME
    gpt-5  1 of 2  0        1         0       1.00 USD  21,000  2 min

    py-1 with gpt-5 (unsolved): line 2 of the hidden test is missing
    "
  `);
});

it('is not whole without the tools of a language that was asked for, and says how many were not run', async () => {
  const { code, io } = await run([WITHOUT_C, ended({}), UNSOLVED]);
  expect(code).toBe(1);
  expect(io.stdout).toContain(
    '\nSkipped without cc: C (c-1, c-2)\n\n2 of 4 were not run. Install what is missing, or name the others with --only\n',
  );
  const json = await run([WITHOUT_C, ended({}), UNSOLVED], { given: { json: true } });
  expect(JSON.parse(json.io.stdout)).toMatchObject({ ok: false, notRun: 2, skipped: [{ missing: 'cc' }] });
});

it.each([
  { env: {}, message: 'no model can be asked: set GITHUB_TOKEN to a token with Copilot access, or COPILOT_PROVIDER' },
  { env: { GITHUB_TOKEN: ' ' }, message: 'no model can be asked' },
  { env: { COPILOT_PROVIDER_BASE_URL: 'https://m' }, message: 'no model is named: set COPILOT_MODEL' },
])('begins nothing where no model is set, and says what to set: $env', async ({ env, message }) => {
  await expect(run([BEGUN], { env })).rejects.toThrow(UsageError);
  await expect(run([BEGUN], { env })).rejects.toThrow(message);
});

it('has one document for scripts, and says nothing beside it', async () => {
  const { code, io } = await run([BEGUN, ended({}), UNSOLVED], { given: { json: true } });
  expect([code, io.stderr]).toEqual([0, '']);
  expect(JSON.parse(io.stdout)).toMatchObject({
    ok: true,
    models: [{ model: 'gpt-5', solved: 1, unsolved: 1, isWhole: true, cost: { amount: 1, currency: 'USD' } }],
    results: [{ ticket: 'js-1' }, { ticket: 'py-1', outcome: 'unsolved' }],
    skipped: [],
    notRun: 0,
  });
});

it.each([
  { name: 'a ticket failed', events: [BEGUN, ended({}), ended({ ticket: 'py-1', outcome: 'failed', reason: 'x' })] },
  { name: 'a ticket was left out', events: [BEGUN, ended({})] },
  { name: 'no tool was there', events: [{ ...BEGUN, tickets: [] }] },
])('is not whole where $name', async ({ events }) => {
  expect((await run(events)).code).toBe(1);
});

it('shows what there is where it was ended, and says so', async () => {
  const ending = { code: 1, stderr: 'it was ended before it was through\n' };
  const { code, io } = await run([BEGUN, ended({})], { ending });
  expect(code).toBe(1);
  expect(io.stdout).toContain('1 of 2');
  expect(io.stderr).toContain('cmap: the evaluation is not whole: it was ended before it was through\n');
});

it('says what the program says where nothing was tried', async () => {
  const { code, io } = await run([], { ending: { code: 1, stderr: 'No ticket is called js-9\n' } });
  expect([code, io.stdout, io.stderr]).toEqual([1, '', 'cmap: No ticket is called js-9\n']);
});

it('asks for what was given, and hands over the settings of the model and no other secret', async () => {
  const env = {
    GITHUB_TOKEN: 't',
    COPILOT_MODEL: 'm',
    JIRA_API_TOKEN: 'secret',
    AZURE_STORAGE_CONNECTION_STRING: 'secret',
    PATH: '/bin',
  };
  const given = { only: 'js-1, py-1', model: ['a', 'b', 'a'], minutes: '0.5', instructions: 'i.md' };
  const { asked, request } = await run([BEGUN], { given, env, files: { 'i.md': 'Be brief.' } });
  expect(asked[0]?.env).toEqual({ GITHUB_TOKEN: 't', COPILOT_MODEL: 'm', PATH: '/bin' });
  expect(request).toEqual({
    only: ['js-1', 'py-1'],
    models: ['a', 'b'],
    instructions: 'Be brief.',
    sessionMs: 30_000,
    testMs: 60_000,
  });
});

it.each([
  [{ minutes: '0' }, '--minutes: must be above 0'],
  [{ testSeconds: 'long' }, '--test-seconds: needs a number'],
  [{ model: 'no model' }, '--model: must be a model name'],
])('refuses %j', async (given, message) => {
  await expect(run([], { given })).rejects.toThrow(message);
});

it('says where it can run when this package has no runtime', async () => {
  const given = { only: 'js-1', model: ['a', 'b'], instructions: 'short rules.md', minutes: '5' };
  const { code, io } = await run([], { given, has: false, files: { 'short rules.md': '' } });
  expect(code).toBe(1);
  expect(io.stderr).toMatchInlineSnapshot(`
    "cmap: eval needs the Copilot runtime, which this package does not carry; run it in the runner image, or from a checkout:
      docker run --rm --env-file .env --volume "$PWD/short rules.md:/instructions.md:ro" --entrypoint cmap \\
        "$REGISTRY/cmap-runner:0.1.0" eval --only js-1 --model a --model b --minutes 5 --instructions /instructions.md
      npm ci && npx cmap eval --only js-1 --model a --model b --minutes 5 --instructions "short rules.md"
    "
  `);
});
