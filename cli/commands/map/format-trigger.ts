import type { Trigger } from '../../../shared/domain/mapping/binding.ts';

/** What puts the agent to work on an issue, in a cell of a table. */
export function formatTrigger(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'status':
      return `status ${trigger.status}`;
    case 'assignee':
      return `assignee ${trigger.accountId}`;
    case 'label':
      return `label ${trigger.label}`;
  }
}
