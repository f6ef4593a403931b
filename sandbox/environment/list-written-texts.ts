import type { Environment } from './start-environment.ts';

/** A text that people read, and where it stands. */
export interface WrittenText {
  /** `PROJ-12` or `group/app!7`. */
  place: string;
  text: string;
}

/** All that the accounts of the agent have written in Jira and GitLab, as it stands there now. */
export function listWrittenTexts({ jira, gitlab }: Pick<Environment, 'jira' | 'gitlab'>): WrittenText[] {
  return [...listOnTickets(jira), ...listInRepositories(gitlab)];
}

function listOnTickets(jira: Environment['jira']): WrittenText[] {
  return jira.issueKeys.flatMap((key) => {
    // By the footer the agent's comments end with: what a person wrote through the same account is not its own.
    const comments = jira.comments(key).filter(({ markdown }) => markdown.includes('cmap · '));
    const links = [...jira.issue(key).remoteLinks.values()];
    return [...comments.map(({ markdown }) => markdown), ...links.map(({ title }) => title)].map((text) => ({
      place: key,
      text,
    }));
  });
}

function listInRepositories({ state }: Environment['gitlab']): WrittenText[] {
  return state.projects.flatMap((project) => {
    const { path, mergeRequests, commitComments, commitStatuses } = project;
    const ofRequests = mergeRequests.flatMap((mergeRequest) => {
      const notes = mergeRequest.discussions.flatMap((discussion) => discussion.notes);
      const texts = notes.filter(({ author, system }) => author.bot && !system).map(({ body }) => body);
      const own = mergeRequest.author.bot ? [mergeRequest.title, mergeRequest.description] : [];
      return [...own, ...texts].map((text) => ({ place: `${path}!${mergeRequest.iid}`, text }));
    });
    const ofCommits = [
      ...commitComments.filter(({ author }) => author.bot).map(({ note }) => note),
      ...commitStatuses.filter(({ author }) => author.bot).map(({ description }) => description ?? ''),
    ];
    return [...ofRequests, ...ofCommits.map((text) => ({ place: path, text }))];
  });
}
