import type { Clock } from '../../shared/kernel/clock.ts';
import type { GitLabPerson } from './api/gitlab-person.ts';
import type { JiraPerson } from './api/jira-person.ts';

export interface SandboxPagesDeps {
  gitlab: GitLabPerson;
  jira: JiraPerson;
  /** The name of the person who is played. */
  person: string;
  clock: Clock;
  /** Ends the streams. */
  ended: AbortSignal;
}
