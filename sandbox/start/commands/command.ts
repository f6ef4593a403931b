import type { GitLabPerson } from '../../pages/api/gitlab-person.ts';
import type { JiraPerson } from '../../pages/api/jira-person.ts';

/** What the words work with: Jira and GitLab as Ada sees them. */
export interface CommandDeps {
  gitlab: GitLabPerson;
  jira: JiraPerson;
  /** Whom an issue is assigned to by `me`. */
  accountId: string;
  /** The status that gives an issue to the agent. */
  trigger: string;
  /** Where the pages begin, without a slash at its end. */
  origin: string;
  /** As wide as the terminal is; absent where there is none. */
  columns(): number | undefined;
  /** Ends the sandbox. */
  end(): void;
}

export interface Command {
  /** As in `hand PROJ-1`, the word first. */
  example: string;
  /** What it does, for the list of all. */
  does: string;
  /**
   * What is said when it is done. `rest` is what stands behind the word.
   * @throws {Error} whose message says what to type instead
   */
  perform(rest: string, deps: CommandDeps): Promise<string>;
}

/** The first word and what stands behind it. */
export function splitWord(text: string): [word: string, rest: string] {
  const trimmed = text.trim();
  const end = trimmed.search(/\s/);
  return end === -1 ? [trimmed, ''] : [trimmed.slice(0, end), trimmed.slice(end).trim()];
}
