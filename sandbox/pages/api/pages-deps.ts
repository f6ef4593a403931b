import type { Clock } from '../../../shared/kernel/clock.ts';
import type { GitLabPerson } from './gitlab-person.ts';
import type { JiraPerson } from './jira-person.ts';

export interface SandboxPagesDeps {
  gitlab: GitLabPerson;
  jira: JiraPerson;
  /** The name of the person who is played. */
  person: string;
  clock: Clock;
  /** Ends the streams. */
  ended: AbortSignal;
}
