import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatSettingsProblems } from '../../shared/app/settings/format-problems.ts';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { MCP_SECRETS, toEnvironmentName } from '../../shared/domain/mapping/credential-names.ts';
import { parseRuntimeMapping } from '../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import type { TrialRequest } from '../../shared/domain/runs/run-inputs.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createRedactor, type Redactor } from '../../shared/kernel/redaction/redact.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { findIsolation, type Isolation, SPARE_UIDS } from '../agent/isolation.ts';
import { removeTree } from '../agent/remove-tree.ts';
import { createRunAgent } from '../agent/run-agent.ts';
import { findRuntimePath } from '../agent/runtime-path.ts';
import { prepareWayOut } from '../app/prepare-way-out.ts';
import { parseTrialSettings, type TrialSettings } from '../app/settings.ts';
import { createRemovals, type Removals } from '../workspace/removals.ts';
import type { Trial, TrialDeps } from './run-trial.ts';

/** Where the caller puts the token for the clone, which stands in no request. */
export const TOKEN_VARIABLE = 'CMAP_TRIAL_TOKEN';

/**
 * Lends `work` the tools of a trial, made from its environment: the model of the runner's settings, and a user for the
 * agent. No directory of it is left on the disk, however `work` ends.
 * @throws {Error} that lists what is wrong with the settings, or says that the agent would run as this user.
 */
export async function withTrialDeps<T>(
  environment: NodeJS.ProcessEnv,
  work: (deps: TrialDeps) => Promise<T>,
): Promise<T> {
  const parsed = parseTrialSettings(environment);
  if (!parsed.ok) throw new Error(`The settings cannot be used:\n${formatSettingsProblems(parsed.problems)}`);
  const { settings } = parsed;
  const isolation = await findIsolation({ user: settings.runner.agentUser, uids: SPARE_UIDS });
  // What a ticket says is carried out here: only who says so has it done with the rights of this very user.
  if (isolation.kind === 'none' && environment['RUNNER_REQUIRE_ISOLATION'] !== 'off')
    throw new Error(
      `The agent would run as you (${isolation.reason}). Do it in the runner image, or set RUNNER_REQUIRE_ISOLATION=off on a machine where nothing can be lost.`,
    );
  const removals = createRemovals({ log: silentLog });
  return withRoot(settings.runner.workspaceRoot, async (root) => {
    try {
      return await work(await createTrialDeps(environment, { settings, isolation, removals, root }));
    } finally {
      await removals.ended();
    }
  });
}

/** A directory of its own, unless one is named, which stays. */
async function withRoot<T>(named: string | undefined, work: (root: string) => Promise<T>): Promise<T> {
  if (named !== undefined) return work(named);
  const root = await mkdtemp(path.join(tmpdir(), 'cmap-trial-'));
  try {
    // The user of the agent passes it.
    await chmod(root, 0o711);
    return await work(root);
  } finally {
    await removeTree(root);
  }
}

interface TrialPlace {
  settings: TrialSettings;
  isolation: Isolation;
  removals: Removals;
  root: string;
}

async function createTrialDeps(
  environment: NodeJS.ProcessEnv,
  { settings: { model, runner, author, prices }, isolation, removals, root }: TrialPlace,
): Promise<TrialDeps> {
  const wayOut = await prepareWayOut(environment, root);
  const agentEnvironment = { PATH: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', ...wayOut.programs };
  const redactor = createRedactor();
  const token = environment[TOKEN_VARIABLE];
  if (token) redactor.add(token);
  const common = { clock: systemClock, log: silentLog, redact: redactor.redact };
  return {
    ...common,
    maskWritten: redactor.maskWritten,
    runAgent: createRunAgent({
      ...common,
      model,
      isolation,
      runtimePath: findRuntimePath(),
      inherited: agentEnvironment,
      temporaryDirectory: root,
      mcpSecretFor: (ref) => readSecret(toEnvironmentName(ref, MCP_SECRETS), environment, redactor),
    }),
    isolation,
    removals,
    git: { clock: systemClock, environment: wayOut.git, allowedProtocols: ['https', 'http'] },
    validateSecretFor: (ref) => readSecret(`VALIDATE_SECRET__${ref.toUpperCase()}`, environment),
    settings: {
      agentId: 'cmap-trial',
      author,
      workspaceRoot: root,
      ...(model.model === undefined ? {} : { model: model.model }),
      agentEnvironment,
      wallClockMs: runner.wallClockMs,
      inactivityMs: runner.inactivityMs,
      validateTimeoutMs: runner.validateTimeoutMs,
      ...(prices ? { prices } : {}),
    },
  };
}

/** @throws {TaskError} `credential-unknown`, which names the variable. */
async function readSecret(name: string, environment: NodeJS.ProcessEnv, redactor?: Redactor): Promise<Secret> {
  const value = environment[name];
  if (!value) throw new TaskError('credential-unknown', { detail: name });
  redactor?.add(value);
  return new Secret(value);
}

/** @throws {Error} for a binding that this version refuses. */
export function toTrial(
  { inputs, cloneUrl, model, instructions }: TrialRequest,
  environment: NodeJS.ProcessEnv,
): Trial {
  const token = environment[TOKEN_VARIABLE];
  return {
    inputs: {
      ...inputs,
      ...(model === undefined ? {} : { model }),
      ...(instructions === undefined ? {} : { instructions }),
    },
    binding: readBinding(inputs.jiraProject, inputs.map),
    remote: { cloneUrl, ...(token ? { credential: new Secret(token) } : {}) },
  };
}

/** @throws {Error} for a binding that this version refuses. */
export function readBinding(jiraProject: string, map: Readonly<Record<string, unknown>>): Binding {
  const parsed = parseRuntimeMapping(JSON.stringify({ mappings: { [jiraProject]: map } }));
  const [binding] = 'bindings' in parsed ? parsed.bindings : [];
  if (!binding) throw new Error('The binding of that run is none that this version of cmap takes');
  return binding;
}
