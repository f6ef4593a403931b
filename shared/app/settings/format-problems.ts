import type { SettingsProblem } from './read-settings.ts';

/** One line per problem: what is wrong, what the setting is for, what to do. */
export function formatSettingsProblems(problems: readonly SettingsProblem[]): string {
  return problems
    .map(({ message, description, fix }) => [message, description, fix].filter(Boolean).join(' '))
    .join('\n');
}
