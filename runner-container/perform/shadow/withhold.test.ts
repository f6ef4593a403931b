import { expect, it } from 'vitest';
import { createGitLab } from '../../../shared/adapters/gitlab/create-gitlab.ts';
import { createJira } from '../../../shared/adapters/jira/create-jira.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { theAgent } from '../../../test/builders/jira.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { withholdGitLab } from './withhold-gitlab.ts';
import { withholdJira } from './withhold-jira.ts';

/** What only asks; every other method of a port has to be withheld in shadow. */
const ASKS = /^(?:get|find|list|search|read|inspect)[A-Z]/;
const refuseAll = async () => {
  throw new Error('a request was sent');
};
const common = { log: silentLog, clock: createManualClock(), fetch: refuseAll };

/** The methods that are still those of the port itself. */
function keptOf<Port extends object>(port: Port, withheld: Port): string[] {
  return Object.keys(port).filter((name) => Reflect.get(port, name) === Reflect.get(withheld, name));
}

const jira: Jira = createJira({
  ...common,
  baseUrl: 'https://jira.example',
  siteUrl: 'https://jira.example',
  credential: { kind: 'token', apiToken: new Secret('t') },
});
const gitlab: GitLab = createGitLab({ ...common, baseUrl: 'https://gitlab.example', token: new Secret('t') });

it('leaves a run in shadow nothing of Jira and GitLab but questions', () => {
  const kept = [
    ...keptOf(jira, withholdJira(jira, silentLog)),
    ...keptOf(
      gitlab,
      withholdGitLab(gitlab, () => {}),
    ),
  ];
  expect(kept.filter((name) => !ASKS.test(name))).toEqual([]);
  expect(kept).toEqual(expect.arrayContaining(['getIssue', 'listComments', 'getMergeRequest']));
});

it('sends nothing for what it withholds, and hands on what would be written on a merge request', async () => {
  const quiet = withholdJira({ ...jira, getMyself: async () => theAgent() }, silentLog);
  await quiet.addComment('PROJ-1', 'Hello');
  await quiet.transition('PROJ-1', '1');
  await quiet.setProperty('PROJ-1', 'cmap.claim', {});
  await expect(quiet.createIssue({} as never)).rejects.toThrow('A run in shadow has no use for createIssue');

  const self = { id: 1, username: 'cmap', name: 'cmap', bot: true };
  const notes: unknown[] = [];
  const silent = withholdGitLab({ ...gitlab, getCurrentUser: async () => self }, (note) => notes.push(note));
  await silent.createNote(7, 3, 'one');
  await silent.replyToDiscussion(7, 3, 'd1', 'two');
  await silent.setCommitStatus(7, 'a', {} as never);
  expect(notes).toEqual([{ body: 'one' }, { body: 'two', discussionId: 'd1' }]);
  await expect(silent.createMergeRequest(7, {} as never)).rejects.toThrow('no use for createMergeRequest');
});
