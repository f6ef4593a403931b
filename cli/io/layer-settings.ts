type Settings = Readonly<Record<string, string | undefined>>;

/**
 * The settings of several places as one, the strongest place first. A blank value counts as not set. Names that differ
 * only in case are one: on Windows they are the same variable, and aliases are read in any case. What would turn a
 * stronger place's choice around is left out: its connection string goes with no account name of a weaker place.
 */
export function layerSettings(...places: readonly Settings[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const place of places) {
    const taken = Object.keys(result);
    const names = new Set(taken.map((name) => name.toUpperCase()));
    for (const [name, value] of Object.entries(place)) {
      if (value === undefined || value.trim() === '' || names.has(name.toUpperCase())) continue;
      if (!isReplaced(name, taken)) result[name] = value;
    }
  }
  return result;
}

/** Ways to say one thing: where a stronger place has the first, a weaker one's second means something else. */
const REPLACED: readonly (readonly [stronger: RegExp, weaker: RegExp])[] = [
  [/^AzureWebJobsStorage$/i, /^AzureWebJobsStorage__/i],
  [/^AzureWebJobsStorage__/i, /^AzureWebJobsStorage$/i],
  [/^AzureWebJobsStorage__accountName$/i, /^AzureWebJobsStorage__(blob|queue|table)ServiceUri$/i],
  [/^JIRA_API_TOKEN$/i, /^JIRA_OAUTH_/i],
  [/^JIRA_OAUTH_/i, /^JIRA_(API_TOKEN|EMAIL)$/i],
  [/^JIRA_PROJECT_MAP$/i, /^JIRA_PROJECT_MAP_SOURCE$/i],
  [/^JIRA_PROJECT_MAP_SOURCE$/i, /^JIRA_PROJECT_MAP$/i],
];

function isReplaced(name: string, taken: readonly string[]): boolean {
  return REPLACED.some(([stronger, weaker]) => weaker.test(name) && taken.some((other) => stronger.test(other)));
}
