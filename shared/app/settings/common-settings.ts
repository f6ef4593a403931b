import type * as z from 'zod/mini';
import type { MonthLimits } from '../../domain/mapping/binding.ts';
import type { RunnerImages } from '../../domain/runs/runner-image.ts';
import { budgetShape, buildMonthLimits } from './budget-settings.ts';
import { credentialRule, gitlabShape } from './gitlab-settings.ts';
import { buildJiraSettings, type JiraSettings, jiraRule, jiraShape } from './jira-settings.ts';
import { buildLifecycleSettings, type LifecycleSettings, lifecycleShape } from './lifecycle-settings.ts';
import { buildMapSettings, type MapSettings, mapRule, mapShape } from './map-settings.ts';
import { buildProcessSettings, type ProcessSettings, processShape } from './process-settings.ts';
import { buildRunnerImages, runnerImagesShape } from './runner-images-settings.ts';
import { buildStorageSettings, type StorageSettings, storageRule, storageShape } from './storage-settings.ts';

/** What the functions and the runner both need. */
export interface CommonSettings extends ProcessSettings {
  storage: StorageSettings;
  lifecycle: LifecycleSettings;
  /** No trailing slash. */
  gitlabUrl: string;
  keyVaultUri?: string;
  map: MapSettings;
  /** Images besides the default one that bindings may name. */
  runnerImages: RunnerImages;
  /** What all bindings may use in a month; absent means as much as each of them may. */
  month?: MonthLimits;
  /** Absent: Jira is off. */
  jira?: JiraSettings;
}

export const commonShape = {
  ...storageShape,
  ...gitlabShape,
  ...jiraShape,
  ...mapShape,
  ...runnerImagesShape,
  ...lifecycleShape,
  ...budgetShape,
  ...processShape,
};

export const commonRules = [storageRule, credentialRule, jiraRule, mapRule];

export function buildCommonSettings(
  values: z.output<z.ZodMiniObject<typeof commonShape>>,
  defaultServiceName: string,
): CommonSettings {
  const jira = buildJiraSettings(values);
  const month = buildMonthLimits(values);
  const { GITLAB_URL: gitlabUrl, KEY_VAULT_URI: keyVaultUri } = values;
  return {
    ...buildProcessSettings(values, defaultServiceName),
    storage: buildStorageSettings(values, values.AZURE_CLIENT_ID),
    lifecycle: buildLifecycleSettings(values),
    gitlabUrl,
    map: buildMapSettings(values),
    runnerImages: buildRunnerImages(values),
    ...(month ? { month } : {}),
    ...(keyVaultUri ? { keyVaultUri } : {}),
    ...(jira ? { jira } : {}),
  };
}
