import { createProcessLog } from '../../shared/app/create-process-log.ts';
import { formatSettingsProblems } from '../../shared/app/settings/format-problems.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { createDrain } from './drain.ts';
import type { FunctionEntry } from './function-table.ts';
import { listFunctions } from './list-functions.ts';
import { createReadiness } from './readiness.ts';
import { parseFunctionsSettings } from './settings.ts';
import { toEntry } from './to-entry.ts';

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
 * before it listens: the libraries behind the functions come with `start` or the first invocation.
 * @throws {Error} that lists every problem with the settings.
 */
export function compose(environment = process.env): FunctionsProgram {
  const parsed = parseFunctionsSettings(environment);
  if (!parsed.ok) throw new Error(`The settings cannot be used:\n${formatSettingsProblems(parsed.problems)}`);
  const { settings } = parsed;
  const clock = systemClock;
  const output = { program: 'functions', clock, write: (line: string) => process.stdout.write(`${line}\n`) };
  const processLog = createProcessLog(settings, output);
  const { log } = processLog;

  const readiness = createReadiness({
    async load() {
      const { loadApp } = await import('./load-app.ts');
      return loadApp(settings, { ...output, environment, processLog });
    },
    clock,
    log,
  });
  const drain = createDrain({ flush: readiness.flush, clock, log });
  return {
    table: listFunctions(settings).map((facts) => drain.guard(toEntry(facts, readiness))),
    async start() {
      await readiness.handlers();
    },
    stop: drain.stop,
  };
}
