/** One text that people read in Jira or GitLab. */
export interface Message {
  /** When it stands there, as the end of "when". */
  when: string;
  /** As the product writes it, Markdown; Jira gets the same as ADF. */
  text: string;
}

/** Messages that stand at the same place. */
export interface MessageGroup {
  title: string;
  /** What people need to know of all of them: Markdown, one paragraph. */
  about: string;
  messages: readonly Message[];
}
