import { codeSpan } from '../../kernel/text/code-span.ts';
import type { AllowRefusal } from '../runs/allow-refusal.ts';

/** Why `/copilot allow` let nothing pass, for the person who wrote it. */
export function formatAllowRefused(refusal: AllowRefusal): string {
  return `**The agent let nothing pass.** ${describe(refusal)}`;
}

const MAX_NAMED = 10;

function describe(refusal: AllowRefusal): string {
  switch (refusal.reason) {
    case 'allow-of-nothing':
      return 'No refused work of this ticket waits to be let pass.';
    case 'allow-of-other-files':
      return describeOtherFiles(refusal);
    case 'allow-never':
      return `${list(refusal.files.map(({ path }) => path))} ${refusal.files.length === 1 ? 'is' : 'are'} refused by a rule that no person lets pass (${[...new Set(refusal.files.map(({ rule }) => rule))].join(', ')}). Ask for the change without it.`;
    case 'allow-off':
      return 'The binding of this project lets no person do so (`allow_refused`). Make that part of the change by hand.';
    case 'allow-issue-done':
      return 'The ticket is done. Move it back to where work on it starts, then write the line again.';
    case 'allow-edited':
      return 'An edited comment does not count. Write the line in a new comment.';
    case 'allow-of-older-refusal':
      return 'That line is older than what was refused last. Read it, then write the line in a new comment.';
    case 'allow-by-no-person':
      return 'Only a person may do so, in a comment that everyone who sees the ticket can read.';
    case 'allow-person-unknown':
      return `${refusal.why === 'no-address' ? 'Jira does not show your e-mail address to the agent' : 'No active GitLab user shows the e-mail address that Jira has of you'}, so it is not known who you are in GitLab. Show the same address in both (in Jira: Profile and visibility, Contact; in GitLab: Edit profile, Public email), or write the line as a note on the merge request, if there is one.`;
    case 'allow-not-a-maintainer':
      return 'This takes at least the role Maintainer in the GitLab project. Ask a maintainer to read the work and write the line.';
  }
}

function describeOtherFiles({
  paths,
  earlier = [],
}: Extract<AllowRefusal, { reason: 'allow-of-other-files' }>): string {
  const before =
    earlier.length === 0 ? '' : ` An earlier run was refused for ${list(earlier)}, but newer work has taken its place.`;
  return `The newest refused run was not refused for ${list(paths)}.${before} Name files as they stand in its comment.`;
}

function list(paths: readonly string[]): string {
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : '';
  return `${paths.slice(0, MAX_NAMED).map(codeSpan).join(', ')}${more}`;
}
