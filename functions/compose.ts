import { systemClock } from '../shared/clock.ts';
import { admitTask } from '../shared/lifecycle/admit-task.ts';
import { createPlatform, type Platform } from '../shared/platform/create-platform.ts';
import { formatSettingsProblems } from '../shared/settings/format-problems.ts';
import { currentTraceparent } from '../shared/telemetry/trace-context.ts';
import { performErrand } from '../shared/telling/perform-errand.ts';
import { createConfigReload } from './config-reload.ts';
import { createDrain } from './drain.ts';
import type { FunctionEntry } from './function-table.ts';
import { createHealth } from './health.ts';
import { createIngressEntries } from './ingress-entries.ts';
import type { JiraWebhookDeps } from './jira-webhook.ts';
import { createPollJira } from './poll-jira.ts';
import { type FunctionsSettings, parseFunctionsSettings } from './settings.ts';
import { createSweep } from './sweep.ts';

export interface FunctionsProgram {
  table: FunctionEntry[];
  /** Lets running invocations end and sends what telemetry is left; call it when the worker stops. */
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
  const { telemetry, clock, log } = platform;
  const drain = createDrain({ flush: () => telemetry.shutdown(), clock, log });
  return { table: createTable(parsed.settings, platform).map(drain.guard), stop: drain.stop };
}

function createTable(settings: FunctionsSettings, platform: Platform): FunctionEntry[] {
  const { schedules, adminSecret, agentId, lifecycle } = settings;
  const { storage, mapping, clock, log, jira, telemetry, credentials, gitlabFor, tell } = platform;
  const { queue, ledger, scopes, pollers, watermarks, decisions, errands } = storage;
  const admit: JiraWebhookDeps['admit'] = (task, options) =>
    admitTask(task, { ledger, queue, clock, log, patience: lifecycle.patience }, options);

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
        watermarks,
        ledger,
        credentials,
        gitlabFor,
        clock,
        log,
        ...(adminSecret ? { adminSecret } : {}),
      }),
    },
    {
      trigger: 'http',
      name: 'config-reload',
      route: 'config/reload',
      methods: ['POST'],
      handler: createConfigReload({ mapping, clock, log, ...(adminSecret ? { adminSecret } : {}) }),
    },
    {
      trigger: 'timer',
      name: 'sweep',
      schedule: schedules.sweep,
      handler: createSweep({
        ...storage,
        scopes,
        tell,
        clock,
        log,
        patience: lifecycle.patience,
        ...(jira
          ? {
              performErrand: (errand) =>
                performErrand(errand, { jira, gitlabFor, mapping, ledger, agentId, clock, log }),
            }
          : {}),
      }),
    },
  ];
  table.push(...createIngressEntries(settings, platform, admit));
  if (jira) {
    const poll = createPollJira({
      mapping,
      jira,
      admit,
      decisions,
      errands,
      agentId,
      pollers,
      retryBaseMs: lifecycle.retryBaseMs,
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
