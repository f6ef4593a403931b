import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';
import { extractQuickActions } from '../text/extract-quick-actions.ts';
import { findMentions } from '../text/text-effects.ts';

export interface TakenText {
  /** What is kept; empty when the text was nothing but commands. */
  rest: string;
  /** Runs the commands and notifies who is mentioned, when the text is stored. */
  apply(mergeRequest: SandboxMergeRequest): void;
}

/** Reads a text of a merge request or a note as GitLab does when it is saved. */
export function takeText(state: FakeState, text: string, author: SandboxUser): TakenText {
  const { actions, rest } = extractQuickActions(text);
  return {
    rest,
    apply(mergeRequest) {
      const { project, iid } = mergeRequest;
      const place = { project: project.path, iid, by: author.username };
      for (const who of findMentions(rest)) {
        if (isKnown(state, who)) state.effects.push({ kind: 'mention', who, ...place });
      }
      if (actions.length > 0) state.runQuickActions(mergeRequest, actions, author);
    },
  };
}

/** A user, a group with a project, or everyone in the project. */
function isKnown({ users, projects }: FakeState, name: string): boolean {
  const wanted = name.toLowerCase();
  return (
    wanted === 'all' ||
    users.some(({ username }) => username.toLowerCase() === wanted) ||
    projects.some(({ path }) => path.toLowerCase().startsWith(`${wanted}/`))
  );
}
