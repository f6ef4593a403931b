import * as z from 'zod/mini';

import type { Environment } from '../../shared/adapters/key-vault/environment-credentials.ts';
import { ledgerShape } from '../../shared/app/settings/archive-settings.ts';
import {
  buildCommonSettings,
  type CommonSettings,
  commonRules,
  commonShape,
} from '../../shared/app/settings/common-settings.ts';
import {
  describeProblem,
  readSettings,
  type SettingsResult,
  type SettingsRule,
} from '../../shared/app/settings/read-settings.ts';
import { optional, withDefault } from '../../shared/app/settings/setting.ts';
import { matching, schedule, secretText, wholeNumber } from '../../shared/app/settings/setting-parsers.ts';
import { formatSettingsTable } from '../../shared/app/settings/settings-table.ts';
import { buildWebhookSecrets, type WebhookSecrets, webhookShape } from '../../shared/app/settings/webhook-settings.ts';
import type { WeeklyReportEntry } from '../../shared/domain/runs/outbox-entry.ts';
import { DAY } from '../../shared/kernel/clock.ts';
import type { Secret } from '../../shared/kernel/secret.ts';

/** The settings of the functions app. */
export interface FunctionsSettings extends CommonSettings {
  webhooks: WebhookSecrets;
  /** Without it the administrative routes refuse every request. */
  adminSecret?: Secret;
  /** NCRONTAB, six fields. Without one for audits or weekly reports none begins by itself. */
  schedules: { pollJira: string; pollGitlab: string; sweep: string; audit?: string; weekly?: string };
  /** Fix versions that are audited by `schedules.audit`. */
  auditVersions: string[];
  /** Where `schedules.weekly` sends the weekly report. */
  weeklyPlaces: WeeklyReportEntry['to'][];
  /** Where each finished day of the run ledger is kept. */
  ledgerContainer: string;
  /** How long runs stay in the tables after they have ended. */
  runRetentionMs: number;
}

const everyMinute = {
  fix: 'Set it to six fields, such as "0 */5 * * * *" for every five minutes.',
  default: '0 * * * * *',
};

/** Every setting of the functions app, by its name in the environment. */
export const functionsSchema = z.object({
  ...commonShape,
  ...webhookShape,
  CMAP_ADMIN_SECRET: optional(secretText(16), {
    description: 'Secret of the administrative routes, such as the reload of the project map.',
    fix: 'Set it to a random value of at least 16 characters.',
    requiredWhen: 'to use the administrative routes',
  }),
  POLL_JIRA_SCHEDULE: withDefault(schedule, { description: 'When Jira is searched for new work.', ...everyMinute }),
  POLL_GITLAB_SCHEDULE: withDefault(schedule, {
    description: 'When GitLab is asked for changed merge requests.',
    ...everyMinute,
  }),
  SWEEP_SCHEDULE: withDefault(schedule, {
    description: 'When parked and stranded runs are looked after.',
    ...everyMinute,
  }),
  AUDIT_SCHEDULE: optional(schedule, {
    description: 'When the releases named by AUDIT_VERSIONS are audited; audits begin only on request without it.',
    fix: 'Set it to six fields, such as "0 0 5 * * *" for every day at five o\'clock UTC, or remove it.',
  }),
  AUDIT_VERSIONS: optional(
    matching(/^\s*[^,\s][^,]*(?:,\s*[^,\s][^,]*)*$/, 'must be names of fix versions with commas between them'),
    {
      description: 'Fix versions that are audited by AUDIT_SCHEDULE, with commas between them.',
      fix: 'Set it to the versions as Jira spells them, such as "2.4.0, 2.5.0".',
      requiredWhen: 'with AUDIT_SCHEDULE',
    },
  ),
  WEEKLY_REPORT_SCHEDULE: optional(schedule, {
    description: 'When the weekly report is sent to WEEKLY_REPORT_ISSUE and WEEKLY_REPORT_WEBHOOK, once for a week.',
    fix: 'Set it to six fields, such as "0 0 6 * * 1" for Monday at six o\'clock UTC, or remove it.',
  }),
  WEEKLY_REPORT_ISSUE: optional(matching(/^[A-Z][A-Z0-9_]*-[1-9][0-9]*$/, 'must be the key of an issue'), {
    description: 'The Jira issue that gets a comment with each weekly report.',
    fix: 'Set it to a key such as PROJ-1.',
  }),
  WEEKLY_REPORT_WEBHOOK: optional(
    matching(/^[a-z0-9]+(?:_[a-z0-9]+)*$/, 'must be the alias of a webhook in lower case letters, digits and _'),
    {
      description: 'The alias of a webhook, as `url_ref` names one, that is notified of each weekly report.',
      fix: 'Set it to an alias such as team_a, whose address stands in EVENTS_URL__TEAM_A or in the Key Vault.',
    },
  ),
  ...ledgerShape,
  RUN_RETENTION_DAYS: withDefault(wholeNumber({ min: 7, max: 3650 }), {
    description:
      'How long finished runs stay in the tables, where an event that was seen is known; afterwards they are in LEDGER_CONTAINER only.',
    fix: 'Set it to a number of days from 7 to 3650.',
    default: '90',
  }),
});

/** A schedule without versions would run and audit nothing, for as long as it is not noticed. */
const auditRule: SettingsRule = (isSet) =>
  isSet('AUDIT_SCHEDULE') && !isSet('AUDIT_VERSIONS')
    ? [
        {
          ...describeProblem(functionsSchema, 'AUDIT_VERSIONS', 'missing'),
          message: 'AUDIT_VERSIONS is missing although AUDIT_SCHEDULE is set.',
        },
      ]
    : [];

/** Either without the other would send nothing. */
const weeklyRule: SettingsRule = (isSet) => {
  const hasPlace = isSet('WEEKLY_REPORT_ISSUE') || isSet('WEEKLY_REPORT_WEBHOOK');
  if (isSet('WEEKLY_REPORT_SCHEDULE') === hasPlace) return [];
  const [missing, because] = hasPlace
    ? (['WEEKLY_REPORT_SCHEDULE', 'a place for the weekly report is set'] as const)
    : (['WEEKLY_REPORT_ISSUE', 'WEEKLY_REPORT_SCHEDULE is set and WEEKLY_REPORT_WEBHOOK is not'] as const);
  const problem = describeProblem(functionsSchema, missing, 'missing');
  return [{ ...problem, message: `${missing} is missing although ${because}.` }];
};

/** Reads the settings of the functions app, or lists everything that is wrong with them. Never throws. */
export function parseFunctionsSettings(environment: Environment): SettingsResult<FunctionsSettings> {
  return readSettings({ schema: functionsSchema, rules: [...commonRules, auditRule, weeklyRule], build }, environment);
}

/**
 * The admin secret alone, for an app whose settings cannot be used; `undefined` when it is missing or is itself wrong.
 */
export function findAdminSecret({ CMAP_ADMIN_SECRET: text }: Environment): Secret | undefined {
  return z.safeParse(functionsSchema.shape.CMAP_ADMIN_SECRET, text?.trim() || undefined, { jitless: true }).data;
}

function build(values: z.output<typeof functionsSchema>): FunctionsSettings {
  const { CMAP_ADMIN_SECRET: adminSecret, AUDIT_SCHEDULE: audit, AUDIT_VERSIONS: versions = '' } = values;
  const { WEEKLY_REPORT_SCHEDULE: weekly, WEEKLY_REPORT_ISSUE: issueKey, WEEKLY_REPORT_WEBHOOK: urlRef } = values;
  return {
    ...buildCommonSettings(values, 'cmap-functions'),
    webhooks: buildWebhookSecrets(values),
    ...(adminSecret ? { adminSecret } : {}),
    schedules: {
      pollJira: values.POLL_JIRA_SCHEDULE,
      pollGitlab: values.POLL_GITLAB_SCHEDULE,
      sweep: values.SWEEP_SCHEDULE,
      ...(audit ? { audit } : {}),
      ...(weekly ? { weekly } : {}),
    },
    auditVersions: versions
      .split(',')
      .map((version) => version.trim())
      .filter(Boolean),
    weeklyPlaces: [...(issueKey ? [{ issueKey }] : []), ...(urlRef ? [{ urlRef }] : [])],
    ledgerContainer: values.LEDGER_CONTAINER,
    runRetentionMs: values.RUN_RETENTION_DAYS * DAY,
  };
}

/** The settings of the functions app as a Markdown table. */
export function functionsSettingsTable(): string {
  return formatSettingsTable(functionsSchema);
}
