import type { JiraDeps } from '../adapters/jira/create-jira.ts';
import type { Jira } from '../domain/ports/jira.ts';
import { once } from '../kernel/once.ts';

/**
 * Jira, whose client is loaded with the first call: an event of GitLab, which an instance that has just started may be
 * waited for with, asks Jira nothing.
 */
export function createLateJira(deps: JiraDeps): Jira {
  const load = once(async () => (await import('../adapters/jira/create-jira.ts')).createJira(deps));

  /** One method of the port. */
  const late =
    <Args extends unknown[], Result>(pick: (client: Jira) => (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> =>
      pick(await load())(...args);

  return {
    searchIssues: late((client) => client.searchIssues),
    getIssue: late((client) => client.getIssue),
    findIssue: late((client) => client.findIssue),
    readAttachment: late((client) => client.readAttachment),
    attachText: late((client) => client.attachText),
    listComments: late((client) => client.listComments),
    addComment: late((client) => client.addComment),
    updateComment: late((client) => client.updateComment),
    listTransitions: late((client) => client.listTransitions),
    transition: late((client) => client.transition),
    assign: late((client) => client.assign),
    addLabel: late((client) => client.addLabel),
    removeLabel: late((client) => client.removeLabel),
    getMyself: late((client) => client.getMyself),
    listGroups: late((client) => client.listGroups),
    listRoleActors: late((client) => client.listRoleActors),
    setProperty: late((client) => client.setProperty),
    deleteProperty: late((client) => client.deleteProperty),
    listRemoteLinks: late((client) => client.listRemoteLinks),
    setRemoteLink: late((client) => client.setRemoteLink),
    findUsers: late((client) => client.findUsers),
    findUserById: late((client) => client.findUserById),
    findEmail: late((client) => client.findEmail),
    listPermissions: late((client) => client.listPermissions),
    getProjectKey: late((client) => client.getProjectKey),
    listStatuses: late((client) => client.listStatuses),
    findVersion: late((client) => client.findVersion),
    getFixVersions: late((client) => client.getFixVersions),
    addFixVersion: late((client) => client.addFixVersion),
    listLabels: late((client) => client.listLabels),
    relabel: late((client) => client.relabel),
    listIssueTypes: late((client) => client.listIssueTypes),
    createIssue: late((client) => client.createIssue),
  };
}
