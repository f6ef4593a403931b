import type { Environment } from '../../shared/adapters/key-vault/environment-credentials.ts';
import { createJsonLog, type LogLevel } from '../../shared/adapters/telemetry/json-log.ts';
import { createProcessLog } from '../../shared/app/create-process-log.ts';
import type { SettingsProblem } from '../../shared/app/settings/read-settings.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import type { FunctionEntry } from './function-table.ts';
import { joinTimers } from './join-timers.ts';
import { EVERY_FUNCTION, listFunctions } from './list-functions.ts';
import { createReadiness } from './readiness.ts';
import { type FunctionsSettings, findAdminSecret, parseFunctionsSettings } from './settings.ts';
import { SettingsError } from './settings-error.ts';
import { createShutdown } from './shutdown.ts';
import { toEntry } from './to-entry.ts';
import { writeToHost } from './write-to-host.ts';

export interface FunctionsProgram {
  table: FunctionEntry[];
  /**
   * Loads what is behind the functions and checks storage and project map, which the first invocation would otherwise
   * wait for.
   * @throws {Error} why the app cannot serve; it was logged, and later invocations try again.
   */
  start(): Promise<void>;
  /** Lets running invocations end and sends what telemetry is left; call it when the worker stops. */
  stop(): Promise<void>;
}

/**
 * The functions app from its environment. Reads the settings and loads nothing else, because the host waits for it
 * before it listens: the libraries behind the functions come with `start` or the first invocation. Settings that cannot
 * be used are logged once; the functions are registered all the same, and each invocation is refused with the reason.
 * A host that does not kill the app says how long it may wait for running invocations when it stops. Never throws.
 */
export function compose(environment = process.env, { stopWaitMs }: { stopWaitMs?: number } = {}): FunctionsProgram {
  const parsed = parseFunctionsSettings(environment);
  return parsed.ok
    ? composeApp(parsed.settings, environment, stopWaitMs)
    : composeRefusal(parsed.problems, environment);
}

const clock = systemClock;
const output = {
  program: 'functions',
  clock,
  write: (line: string, level: LogLevel) =>
    writeToHost(line, level, {
      stdout: (text) => process.stdout.write(`${text}\n`),
      stderr: (text) => process.stderr.write(`${text}\n`),
    }),
};

function composeApp(
  settings: FunctionsSettings,
  environment: Environment,
  waitMs: number | undefined,
): FunctionsProgram {
  const processLog = createProcessLog(settings, output);
  const { log, redactor } = processLog;
  const readiness = createReadiness({
    async load() {
      const { loadApp } = await import('./load-app.ts');
      return loadApp(settings, { ...output, environment, processLog });
    },
    clock,
    log,
  });
  const shutdown = createShutdown({ flush: readiness.flush, waitMs, clock, log });
  const entryDeps = {
    ...readiness,
    adminSecret: settings.adminSecret,
    redact: (text: string) => redactor.redact(text),
  };
  return {
    table: joinTimers(
      listFunctions(settings).map((facts) => shutdown.guard(toEntry(facts, entryDeps))),
      { clock, log },
    ),
    async start() {
      await readiness.handlers();
    },
    stop: shutdown.stop,
  };
}

/** Every function there can be, each of which says why it does nothing. A changed setting restarts the app. */
function composeRefusal(problems: readonly SettingsProblem[], environment: Environment): FunctionsProgram {
  const error = new SettingsError(problems);
  // Problems have no values, and there is no setting to take secrets from.
  const log = createJsonLog({
    ...output,
    redactor: createRedactor(),
    level: 'error',
    fields: { program: output.program },
  });
  log.error('settings refused', { reason: error.message, settings: problems.map(({ name }) => name) });
  const handlers = async () => {
    throw error;
  };
  const entryDeps = { handlers, adminSecret: findAdminSecret(environment), redact: (text: string) => text };
  return {
    table: joinTimers(
      listFunctions(EVERY_FUNCTION).map((facts) => toEntry(facts, entryDeps)),
      { clock, log },
    ),
    start: handlers,
    stop: async () => {},
  };
}
