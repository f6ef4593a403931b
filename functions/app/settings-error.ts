import type { SettingsProblem } from '../../shared/app/settings/read-settings.ts';

/**
 * The settings cannot be used. The message is one line that names each of them, what is wrong and what to do; it has no
 * values.
 */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(`The settings cannot be used. ${problems.map(describeProblem).join(' ')}`);
    this.problems = problems;
  }
}

function describeProblem({ message, fix }: SettingsProblem): string {
  return `${message} ${fix}`;
}
