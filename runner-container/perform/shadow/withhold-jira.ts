import type { Jira } from '../../../shared/domain/ports/jira.ts';
import type { Log } from '../../../shared/kernel/log.ts';

/** The same Jira for a run in shadow: it reads everything, and what would change Jira is logged and left undone. */
export function withholdJira<OneJira extends Jira>(jira: OneJira, log: Log): OneJira {
  const withheld = (what: string) => async () => log.info('withheld in shadow', { what });
  const refuse = (what: string) => async () => {
    throw new Error(`A run in shadow has no use for ${what}`);
  };
  const writes: Pick<Jira, JiraWrite> = {
    addComment: async (_key, body, signal) => {
      log.info('withheld in shadow', { what: 'addComment' });
      return { id: '', author: await jira.getMyself(signal), body, createdAt: 0, updatedAt: 0 };
    },
    updateComment: withheld('updateComment'),
    attachText: withheld('attachText'),
    transition: withheld('transition'),
    assign: withheld('assign'),
    addLabel: withheld('addLabel'),
    removeLabel: withheld('removeLabel'),
    setProperty: withheld('setProperty'),
    deleteProperty: withheld('deleteProperty'),
    setRemoteLink: withheld('setRemoteLink'),
    addFixVersion: withheld('addFixVersion'),
    relabel: withheld('relabel'),
    createIssue: refuse('createIssue'),
  };
  return { ...jira, ...writes };
}

/** Everything of the port that changes Jira. */
type JiraWrite =
  | 'addComment'
  | 'updateComment'
  | 'attachText'
  | 'transition'
  | 'assign'
  | 'addLabel'
  | 'removeLabel'
  | 'setProperty'
  | 'deleteProperty'
  | 'setRemoteLink'
  | 'addFixVersion'
  | 'relabel'
  | 'createIssue';
