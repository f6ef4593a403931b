import { systemClock } from '../shared/clock.ts';
import { admitTask } from '../shared/lifecycle/admit-task.ts';
import { createPlatform, type Platform } from '../shared/platform/create-platform.ts';
import { formatSettingsProblems } from '../shared/settings/format-problems.ts';
import { currentTraceparent } from '../shared/telemetry/trace-context.ts';
import type { FunctionEntry } from './function-table.ts';
import { createHealth } from './health.ts';
import { createPollJira } from './poll-jira.ts';
import { type FunctionsSettings, parseFunctionsSettings } from './settings.ts';
import { createSweep } from './sweep.ts';

export interface FunctionsProgram {
  table: FunctionEntry[];
  /** Sends what telemetry is left; call it when the worker stops. */
  stop(): Promise<void>;
}

/**
 * The functions app from its environment.
 * @throws {Error} that lists every problem with the settings or the project map.
 */
export async function compose(environment = process.env): Promise<FunctionsProgram> {
  const parsed = parseFunctionsSettings(environment);
  if (!parsed.ok) throw new Error(`The settings cannot be used:\n${formatSettingsProblems(parsed.problems)}`);
  const platform = await createPlatform(parsed.settings, {
    program: 'functions',
    environment,
    clock: systemClock,
    write: (line) => process.stdout.write(`${line}\n`),
  });
  await platform.storage.ensure();
  const { bindings, registry } = await platform.mapping.current();
  platform.log.info('started', { bindings: bindings.list.length });
  // The summary asks GitLab where the cache does not know; a start must not wait for that.
  registry.start().catch((error: unknown) => platform.log.error('bindings not resolved', { error }));
  return { table: createTable(parsed.settings, platform), stop: () => platform.telemetry.shutdown() };
}

function createTable({ schedules, adminSecret }: FunctionsSettings, platform: Platform): FunctionEntry[] {
  const { storage, mapping, clock, log, jira, telemetry, credentials, tell } = platform;
  const { queue, ledger, scopes, pollers, decisions } = storage;
  const admit: Parameters<typeof createPollJira>[0]['admit'] = (task, options) =>
    admitTask(task, { ledger, queue, clock, log }, options);

  const table: FunctionEntry[] = [
    {
      trigger: 'http',
      name: 'health',
      route: 'health',
      methods: ['GET'],
      handler: createHealth({
        mapping,
        queue,
        pollers,
        ledger,
        credentials,
        clock,
        log,
        ...(adminSecret ? { adminSecret } : {}),
      }),
    },
    {
      trigger: 'timer',
      name: 'sweep',
      schedule: schedules.sweep,
      handler: createSweep({ ...storage, scopes, tell, clock, log }),
    },
  ];
  if (jira) {
    const poll = createPollJira({
      mapping,
      jira,
      admit,
      decisions,
      pollers,
      traceparent: currentTraceparent,
      clock,
      log,
    });
    table.push({
      trigger: 'timer',
      name: 'poll-jira',
      schedule: schedules.pollJira,
      handler: (timer, context) => telemetry.withSpan('poll jira', {}, async () => poll(timer, context)),
    });
  }
  return table;
}
