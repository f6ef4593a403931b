import * as z from 'zod';
import type { Environment } from '../../shared/adapters/key-vault/environment-credentials.ts';
import { archiveShape } from '../../shared/app/settings/archive-settings.ts';
import {
  buildCommonSettings,
  type CommonSettings,
  commonRules,
  commonShape,
} from '../../shared/app/settings/common-settings.ts';
import {
  describeProblem,
  readSettings,
  type SettingsProblem,
  type SettingsResult,
  type SettingsRule,
} from '../../shared/app/settings/read-settings.ts';
import { runnerImageName } from '../../shared/app/settings/runner-images-settings.ts';
import { optional, withDefault } from '../../shared/app/settings/setting.ts';
import {
  matching,
  modelPrices,
  oneOf,
  onOff,
  secretText,
  serviceUrl,
  wholeNumber,
} from '../../shared/app/settings/setting-parsers.ts';
import { formatSettingsTable } from '../../shared/app/settings/settings-table.ts';
import type { ModelPrices } from '../../shared/domain/runs/run-cost.ts';
import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import type { ModelSettings } from '../agent/model-settings.ts';

const PROVIDER_TYPES = ['openai', 'azure', 'anthropic'] as const;

/** What the environment says to the runner. */
export interface RunnerSettings extends CommonSettings {
  model: ModelSettings;
  /** Absent where no price is known. */
  prices?: ModelPrices;
  runner: {
    /** From SIGTERM to the end of the process. */
    graceMs: number;
    idleMs: number;
    /** Absolute; absent means the temporary directory of the system. */
    workspaceRoot?: string;
    /** Operating system user of the agent and everything it starts. */
    agentUser: string;
    /** Refuse to start where the agent cannot run as its own user. */
    requireIsolation: boolean;
    /** Runs at work at once in this process. */
    runsAtOnce: number;
    leaseMs: number;
    maxAttempts: number;
    /** The image whose tasks this runner performs; absent is the default one. */
    image?: string;
    /** Runs at work at once in the whole deployment; absent means as many as the job starts. */
    maxConcurrentRuns?: number;
    /** Longest run. */
    wallClockMs: number;
    /** How long the platform lets the process live; absent where it does not end it. */
    replicaTimeoutMs?: number;
    /** Longest silence of the model. */
    inactivityMs: number;
    /** Longest `validate` command. */
    validateTimeoutMs: number;
  };
  /** Whether the transcript of each session is kept as a blob. */
  transcripts: boolean;
  /** Blob container of the audits. */
  auditContainer: string;
  /** Where finished days of the run ledger are kept. */
  ledgerContainer: string;
  author: { name: string; email: string };
}

/** Every setting of the runner, by its name in the environment. */
export const runnerSchema = z.object({
  ...commonShape,
  COPILOT_PROVIDER_TYPE: optional(oneOf(PROVIDER_TYPES), {
    description:
      'Kind of your own model endpoint: openai (and everything compatible), azure or anthropic; openai when absent.',
    fix: 'Set it to openai, azure or anthropic.',
  }),
  COPILOT_PROVIDER_BASE_URL: optional(serviceUrl, {
    description: 'Base URL of your own model endpoint; it wins over GITHUB_TOKEN.',
    fix: 'Set it to the base URL of the endpoint, or set GITHUB_TOKEN to use GitHub Copilot.',
    requiredWhen: 'unless GITHUB_TOKEN is set',
  }),
  COPILOT_PROVIDER_API_KEY: optional(secretText(), {
    description: 'Key of your own model endpoint.',
    fix: 'Set it to the key of the endpoint.',
  }),
  COPILOT_PROVIDER_API_VERSION: optional(
    matching(/^\d{4}-\d{2}-\d{2}(?:-preview)?$/, 'must be a date such as 2024-10-21'),
    {
      description: 'API version of an azure endpoint; its versionless v1 route when absent.',
      fix: 'Set it to a version the resource supports, or remove it.',
    },
  ),
  COPILOT_MODEL: optional(matching(/^[\w./:@-]{1,200}$/, 'must be a model name'), {
    description: 'Model or deployment name; a binding may name another.',
    fix: 'Set it to a model the endpoint serves.',
    requiredWhen: 'with COPILOT_PROVIDER_BASE_URL',
  }),
  MODEL_PRICES: optional(modelPrices, {
    description:
      'What a million tokens cost, in and out, by model name, so that runs, statistics and the board show money: gpt-5=1.25/10, gpt-5-mini=0.25/2.',
    fix: 'Write MODEL=IN/OUT for each model, with commas between them.',
  }),
  PRICE_CURRENCY: withDefault(matching(/^[A-Z]{3}$/, 'must be three capital letters'), {
    description: 'Currency of MODEL_PRICES.',
    fix: 'Set it to a code such as USD or EUR.',
    default: 'USD',
  }),
  GITHUB_TOKEN: optional(secretText(), {
    description: 'Token of a GitHub account with a Copilot licence.',
    fix: 'Set it to such a token, or set COPILOT_PROVIDER_BASE_URL to use your own model endpoint.',
    requiredWhen: 'unless COPILOT_PROVIDER_BASE_URL is set',
  }),
  RUNNER_GRACE_SECONDS: withDefault(wholeNumber({ min: 1, max: 600 }), {
    description: 'From SIGTERM until the process ends; Container Apps jobs kill after 30 seconds.',
    fix: 'Set it to a number of seconds below the grace period of the platform.',
    default: '20',
  }),
  RUNNER_IDLE_SECONDS: withDefault(wholeNumber({ min: 0, max: 3600 }), {
    description:
      'How long a runner that has worked waits for another task before it ends; the next task then begins without a start of the job, and the wait is paid for.',
    fix: 'Set it to a number of seconds from 0 to 3600.',
    default: '0',
  }),
  RUNNER_RUNS_AT_ONCE: withDefault(wholeNumber({ min: 1, max: 8 }), {
    description:
      'How many runs a runner works on at once, each as a user of its own, while it has memory for them: it is paid for once.',
    fix: 'Set it to a number from 1 to 8; above 1 it needs an image with as many users (agent, agent-2 and so on).',
    default: '1',
  }),
  RUNNER_WORKSPACE_ROOT: optional(matching(/^(?:\/|[A-Za-z]:[\\/])/, 'must be an absolute path'), {
    description: 'Directory for checkouts; the temporary directory of the system when absent.',
    fix: 'Set it to an absolute path with room for your largest repository.',
  }),
  RUNNER_AGENT_USER: withDefault(matching(/^[a-z_][a-z0-9_-]{0,31}$/, 'must be the name of an operating system user'), {
    description: 'Operating system user the agent runs as.',
    fix: 'Set it to a user without rights that exists in the image.',
    default: 'agent',
  }),
  RUNNER_IMAGE: optional(runnerImageName, {
    description: 'Name of the runner image this process runs in; it performs the tasks of bindings that name it.',
    fix: 'Set it to one of the names in RUNNER_IMAGES, or remove it in the runner of all other bindings.',
  }),
  RUNNER_REQUIRE_ISOLATION: withDefault(onOff, {
    description:
      'Whether the runner refuses to start where it cannot switch to RUNNER_AGENT_USER; the image sets it to on.',
    fix: 'Set it to on or off.',
    default: 'off',
  }),
  RUNNER_LEASE_SECONDS: withDefault(wholeNumber({ min: 3, max: 3600 }), {
    description: 'How long a task stays leased without a sign of life; renewed at a third of it.',
    fix: 'Set it to a number of seconds from 3 to 3600; below 60 only for tests.',
    default: '180',
  }),
  RUNNER_MAX_ATTEMPTS: withDefault(wholeNumber({ min: 1, max: 20 }), {
    description:
      'Attempts before a task is given up. Outages of a service count apart: they are waited out for about an hour.',
    fix: 'Set it to a number from 1 to 20.',
    default: '5',
  }),
  MAX_CONCURRENT_RUNS: optional(wholeNumber({ min: 1, max: 1000 }), {
    description: 'Runs at work at once in the whole deployment; as many as the job starts when absent.',
    fix: 'Set it to a number from 1 to 1000, or remove it.',
  }),
  RUNNER_WALL_CLOCK_MINUTES: withDefault(wholeNumber({ min: 1, max: 1440 }), {
    description:
      'Longest run, also where the budget of the binding is larger; keep it below the replica timeout of the job.',
    fix: 'Set it to a number of minutes from 1 to 1440.',
    default: '60',
  }),
  REPLICA_TIMEOUT_SECONDS: optional(wholeNumber({ min: 60, max: 7 * 24 * 3600 }), {
    description:
      'How long the platform lets a runner live, its replica_timeout; no run begins when less than the longest run is left of it.',
    fix: 'Set it to the replica timeout of the job in seconds, or remove it where nothing ends the process.',
  }),
  RUNNER_INACTIVITY_SECONDS: withDefault(wholeNumber({ min: 1, max: 3600 }), {
    description: 'How long the model may be silent before the session is ended and tried again.',
    fix: 'Set it to a number of seconds from 1 to 3600.',
    default: '300',
  }),
  RUNNER_VALIDATE_MINUTES: withDefault(wholeNumber({ min: 1, max: 240 }), {
    description: 'Time limit of the validate command of a binding.',
    fix: 'Set it to a number of minutes from 1 to 240.',
    default: '15',
  }),
  TRANSCRIPTS: withDefault(onOff, {
    description: 'Whether the redacted transcript of each agent session is kept in blob storage.',
    fix: 'Set it to on or off.',
    default: 'on',
  }),
  ...archiveShape,
  GIT_AUTHOR_NAME: withDefault(matching(/^[^<>\n]{1,100}$/, 'must be a name without angle brackets'), {
    description: 'Author of the commits.',
    fix: 'Set it to the name that should stand in the history.',
    default: 'cmap',
  }),
  GIT_AUTHOR_EMAIL: withDefault(matching(/^[^\s<>@]+@[^\s<>@]+$/, 'must be an e-mail address'), {
    description: 'E-mail address of the author; some push rules want one that belongs to the account of the token.',
    fix: 'Set it to an e-mail address.',
    default: 'cmap@noreply.invalid',
  }),
});

/** Reads the settings of the runner, or lists everything that is wrong with them. Never throws. */
export function parseRunnerSettings(environment: Environment): SettingsResult<RunnerSettings> {
  return readSettings({ schema: runnerSchema, rules: [...commonRules, modelRule, imageRule], build }, environment);
}

const trialSchema = runnerSchema.pick({
  COPILOT_PROVIDER_TYPE: true,
  COPILOT_PROVIDER_BASE_URL: true,
  COPILOT_PROVIDER_API_KEY: true,
  COPILOT_PROVIDER_API_VERSION: true,
  COPILOT_MODEL: true,
  MODEL_PRICES: true,
  PRICE_CURRENCY: true,
  GITHUB_TOKEN: true,
  RUNNER_WORKSPACE_ROOT: true,
  RUNNER_AGENT_USER: true,
  RUNNER_WALL_CLOCK_MINUTES: true,
  RUNNER_INACTIVITY_SECONDS: true,
  RUNNER_VALIDATE_MINUTES: true,
  GIT_AUTHOR_NAME: true,
  GIT_AUTHOR_EMAIL: true,
});

/** What a trial needs of the settings: a model, and no deployment. */
export interface TrialSettings extends Pick<RunnerSettings, 'model' | 'author' | 'prices'> {
  runner: Pick<RunnerSettings['runner'], 'agentUser' | 'wallClockMs' | 'inactivityMs' | 'validateTimeoutMs'> & {
    workspaceRoot?: string;
  };
}

/** Reads the settings of a trial, or lists everything that is wrong with them. Never throws. */
export function parseTrialSettings(environment: Environment): SettingsResult<TrialSettings> {
  return readSettings({ schema: trialSchema, rules: [modelRule], build: buildTrial }, environment);
}

function buildTrial(values: z.output<typeof trialSchema>): TrialSettings {
  const { RUNNER_WORKSPACE_ROOT: workspaceRoot } = values;
  return {
    model: buildModelSettings(values),
    ...buildPrices(values),
    author: { name: values.GIT_AUTHOR_NAME, email: values.GIT_AUTHOR_EMAIL },
    runner: {
      agentUser: values.RUNNER_AGENT_USER,
      wallClockMs: values.RUNNER_WALL_CLOCK_MINUTES * MINUTE,
      inactivityMs: values.RUNNER_INACTIVITY_SECONDS * SECOND,
      validateTimeoutMs: values.RUNNER_VALIDATE_MINUTES * MINUTE,
      ...(workspaceRoot ? { workspaceRoot } : {}),
    },
  };
}

/** A GitHub token or an endpoint of your own, and the latter complete. */
const modelRule: SettingsRule = (isSet) => {
  const given = ['COPILOT_PROVIDER_TYPE', 'COPILOT_PROVIDER_BASE_URL', 'COPILOT_PROVIDER_API_KEY'].filter(isSet);
  if (given.length === 0) {
    return isSet('GITHUB_TOKEN')
      ? []
      : [explain('GITHUB_TOKEN', 'is missing, and there is no COPILOT_PROVIDER_BASE_URL: no model can be asked')];
  }
  const missing = ['COPILOT_PROVIDER_BASE_URL', 'COPILOT_MODEL'].filter((name) => !isSet(name));
  return missing.map((name) =>
    explain(name, `is missing although ${given.join(' and ')} ${given.length === 1 ? 'is' : 'are'} set`),
  );
};

/** What the functions send to no queue of its own, no runner of its own would find. */
const imageRule: SettingsRule = (isSet, { RUNNER_IMAGE = '', RUNNER_IMAGES = '' }) => {
  if (!isSet('RUNNER_IMAGE') || RUNNER_IMAGES.split(',').some((name) => name.trim() === RUNNER_IMAGE)) return [];
  return [explain('RUNNER_IMAGE', 'is none of the names in RUNNER_IMAGES')];
};

function explain(name: string, detail: string): SettingsProblem {
  return { ...describeProblem(runnerSchema, name, 'missing'), message: `${name} ${detail}.` };
}

function build(values: z.output<typeof runnerSchema>): RunnerSettings {
  const workspaceRoot = values.RUNNER_WORKSPACE_ROOT;
  return {
    ...buildCommonSettings(values, 'cmap-runner'),
    model: buildModelSettings(values),
    ...buildPrices(values),
    runner: {
      graceMs: values.RUNNER_GRACE_SECONDS * SECOND,
      idleMs: values.RUNNER_IDLE_SECONDS * SECOND,
      runsAtOnce: values.RUNNER_RUNS_AT_ONCE,
      agentUser: values.RUNNER_AGENT_USER,
      requireIsolation: values.RUNNER_REQUIRE_ISOLATION,
      leaseMs: values.RUNNER_LEASE_SECONDS * SECOND,
      maxAttempts: values.RUNNER_MAX_ATTEMPTS,
      wallClockMs: values.RUNNER_WALL_CLOCK_MINUTES * MINUTE,
      inactivityMs: values.RUNNER_INACTIVITY_SECONDS * SECOND,
      validateTimeoutMs: values.RUNNER_VALIDATE_MINUTES * MINUTE,
      ...(values.REPLICA_TIMEOUT_SECONDS === undefined
        ? {}
        : { replicaTimeoutMs: values.REPLICA_TIMEOUT_SECONDS * SECOND }),
      ...(values.RUNNER_IMAGE === undefined ? {} : { image: values.RUNNER_IMAGE }),
      ...(workspaceRoot ? { workspaceRoot } : {}),
      ...(values.MAX_CONCURRENT_RUNS === undefined ? {} : { maxConcurrentRuns: values.MAX_CONCURRENT_RUNS }),
    },
    transcripts: values.TRANSCRIPTS,
    auditContainer: values.AUDIT_CONTAINER,
    ledgerContainer: values.LEDGER_CONTAINER,
    author: { name: values.GIT_AUTHOR_NAME, email: values.GIT_AUTHOR_EMAIL },
  };
}

function buildPrices({
  MODEL_PRICES: models,
  PRICE_CURRENCY: currency,
}: Pick<z.output<typeof runnerSchema>, 'MODEL_PRICES' | 'PRICE_CURRENCY'>): Pick<RunnerSettings, 'prices'> {
  return models ? { prices: { currency, models } } : {};
}

function buildModelSettings(
  values: Pick<z.output<typeof runnerSchema>, keyof typeof trialSchema.shape>,
): ModelSettings {
  const {
    COPILOT_PROVIDER_TYPE: type = 'openai',
    COPILOT_PROVIDER_BASE_URL: baseUrl,
    COPILOT_PROVIDER_API_KEY: apiKey,
  } = values;
  const { COPILOT_PROVIDER_API_VERSION: apiVersion, COPILOT_MODEL: model, GITHUB_TOKEN: token } = values;
  if (baseUrl && model) {
    return {
      kind: 'provider',
      type,
      baseUrl,
      model,
      ...(apiKey ? { apiKey } : {}),
      ...(apiVersion ? { apiVersion } : {}),
    };
  }
  if (token) return { kind: 'github', token, ...(model ? { model } : {}) };
  throw new TypeError('The model rule lets no settings pass without a model endpoint or a GitHub token');
}

/** The settings of the runner as a Markdown table. */
export function runnerSettingsTable(): string {
  return formatSettingsTable(runnerSchema);
}
