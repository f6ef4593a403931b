import { accessLevelOf, DEVELOPER } from '../http/access.ts';
import type { FakeState, SandboxMergeRequest, SandboxUser } from '../state/fake-state.ts';
import type { QuickAction } from '../text/extract-quick-actions.ts';
import { approve } from './approve.ts';
import { mergeMergeRequest } from './merge.ts';
import { editMergeRequest, setMergeRequestState } from './merge-requests.ts';

/**
 * Runs what a text commands, for an author who may do it by hand; what GitLab would refuse is left undone without an
 * error.
 */
export async function runQuickActions(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  actions: readonly QuickAction[],
  author: SandboxUser,
): Promise<void> {
  const { project, iid } = mergeRequest;
  const may = mergeRequest.author === author || accessLevelOf(project, author) >= DEVELOPER;
  for (const action of actions) {
    state.effects.push({ kind: 'quick-action', ...action, project: project.path, iid, by: author.username });
    if (may) await run(state, mergeRequest, action, author).catch(() => undefined); // A refusal is a word on the page.
  }
}

async function run(
  state: FakeState,
  mergeRequest: SandboxMergeRequest,
  { command, argument }: QuickAction,
  author: SandboxUser,
): Promise<void> {
  const edit = (change: Parameters<typeof editMergeRequest>[2]) =>
    editMergeRequest(state, mergeRequest, change, author);
  const { labels, assignees, reviewers, title } = mergeRequest;
  const users = state.users.filter(({ username }) => argument.split(/[\s,]+/).includes(`@${username}`));
  const named = [...argument.matchAll(/~(?:"([^"]+)"|(\S+))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  switch (command) {
    case 'assign':
      return edit({ assignees: [...new Set([...assignees, ...users])] });
    case 'reassign':
      return edit({ assignees: users });
    case 'unassign':
      return edit({ assignees: argument === '' ? [] : assignees.filter((user) => !users.includes(user)) });
    case 'assign_reviewer':
    case 'reviewer':
    case 'request_review':
      return edit({ reviewers: [...new Set([...reviewers, ...users])] });
    case 'unassign_reviewer':
      return edit({ reviewers: argument === '' ? [] : reviewers.filter((user) => !users.includes(user)) });
    case 'label':
    case 'labels':
      return edit({ labels: [...new Set([...labels, ...named])] });
    case 'relabel':
      return edit({ labels: named });
    case 'unlabel':
    case 'remove_label':
      return edit({ labels: named.length === 0 ? [] : labels.filter((label) => !named.includes(label)) });
    case 'title':
      return edit({ title: argument });
    case 'target_branch':
      return edit({ targetBranch: argument });
    case 'draft':
      return edit({ title: `Draft: ${title.replace(/^Draft: /, '')}` });
    case 'ready':
      return edit({ title: title.replace(/^Draft: /, '') });
    case 'approve':
      return approve(state, mergeRequest, author);
    case 'close':
    case 'reopen':
      return setMergeRequestState(state, mergeRequest, command, author);
    case 'merge':
    case 'ship':
      return mergeMergeRequest(state, mergeRequest, author);
  }
}
