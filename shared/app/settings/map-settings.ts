import * as z from 'zod/mini';

import { describeProblem, type SettingsRule } from './read-settings.ts';
import { optional } from './setting.ts';
import { matching, plainText } from './setting-parsers.ts';

/** Where the project map is; at least one of the two. The source wins, the text is there until it can be read. */
export interface MapSettings {
  /** The runtime JSON form, unparsed. */
  text?: string;
  /** A file path or the URL of a blob. */
  source?: string;
}

export const mapShape = {
  JIRA_PROJECT_MAP: optional(plainText, {
    description: 'The project map as JSON.',
    fix: 'Set it to the output of `cmap render-json`, or set JIRA_PROJECT_MAP_SOURCE.',
    requiredWhen: 'unless JIRA_PROJECT_MAP_SOURCE is set',
  }),
  JIRA_PROJECT_MAP_SOURCE: optional(
    matching(/^(?!.*[?&]sig=)/is, 'must not carry a signature: the identity of the process reads the blob'),
    {
      description: 'A file or blob with the project map; it may change without a restart.',
      fix: 'Set it to a file path or the URL of a blob.',
      requiredWhen: 'unless JIRA_PROJECT_MAP is set',
    },
  ),
};

export const mapRule: SettingsRule = (isSet) =>
  isSet('JIRA_PROJECT_MAP') || isSet('JIRA_PROJECT_MAP_SOURCE')
    ? []
    : [
        {
          ...describeProblem(z.object(mapShape), 'JIRA_PROJECT_MAP', 'missing'),
          message: 'JIRA_PROJECT_MAP is missing: there is no project to work on.',
        },
      ];

export function buildMapSettings(values: {
  JIRA_PROJECT_MAP?: string | undefined;
  JIRA_PROJECT_MAP_SOURCE?: string | undefined;
}): MapSettings {
  const { JIRA_PROJECT_MAP: text, JIRA_PROJECT_MAP_SOURCE: source } = values;
  return { ...(text ? { text } : {}), ...(source ? { source } : {}) };
}
