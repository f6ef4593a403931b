import { createHmac, randomUUID } from 'node:crypto';

import { adfToMarkdown } from '../../shared/adapters/jira/adf/adf-to-markdown.ts';
import type { JiraEvent } from './fake-state.ts';
import type { Views } from './views.ts';

interface WebhookSettings {
  url: string;
  /** Signs each delivery with `X-Hub-Signature`. */
  secret?: string;
  /** How often each event is delivered; more than once to test duplicates. */
  copies?: number;
}

interface Delivery {
  event: string;
  issueKey: string;
  identifier: string;
  /** Absent when there was no answer. */
  status?: number;
}

/** Sends admin webhooks as Jira Cloud does, once a receiver is configured. */
export interface Webhooks {
  /** `undefined` switches them off. */
  configure(settings: WebhookSettings | undefined): void;
  readonly deliveries: Delivery[];
  /** Resolves when everything sent so far has been answered or has failed. */
  settled(): Promise<void>;
}

/** Creates the sender; `send` never throws and never waits. */
export function createWebhooks(views: Views, now: () => number): Webhooks & { send(event: JiraEvent): void } {
  const deliveries: Delivery[] = [];
  const pending = new Set<Promise<void>>();
  let settings: WebhookSettings | undefined;

  async function deliver(to: WebhookSettings, event: JiraEvent, identifier: string, retry: number): Promise<void> {
    const name = event.comment ? event.kind : `jira:${event.kind}`;
    const delivery: Delivery = { event: name, issueKey: event.issue.key, identifier };
    deliveries.push(delivery);
    const body = JSON.stringify(toPayload(name, event, views, now()));
    const headers: Record<string, string> = {
      'content-type': 'application/json; charset=UTF-8',
      'user-agent': 'Atlassian Webhook HTTP Client',
      'x-atlassian-webhook-identifier': identifier,
      'x-atlassian-webhook-flow': 'Primary',
      ...(retry > 0 ? { 'x-atlassian-webhook-retry': String(retry) } : {}),
    };
    if (to.secret) headers['x-hub-signature'] = `sha256=${createHmac('sha256', to.secret).update(body).digest('hex')}`;
    try {
      const response = await fetch(to.url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
      await response.arrayBuffer();
      delivery.status = response.status;
    } catch {
      // No answer: the delivery has no status.
    }
  }

  return {
    deliveries,
    configure(next) {
      settings = next;
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
    send(event) {
      if (!settings) return;
      const identifier = randomUUID();
      for (let copy = 0; copy < (settings.copies ?? 1); copy += 1) {
        const sending = deliver(settings, event, identifier, copy).finally(() => pending.delete(sending));
        pending.add(sending);
      }
    },
  };
}

/** Rich text in webhooks is a plain string, and comment events carry only a few fields of the issue. */
function toPayload(name: string, event: JiraEvent, views: Views, timestamp: number): object {
  const { issue, comment, change, actor } = event;
  const fields = comment
    ? ['summary', 'status', 'assignee', 'project']
    : ['summary', 'status', 'assignee', 'reporter', 'labels', 'project', 'updated'];
  const shown = views.issue(issue, { fields, expandChangelog: false });
  if (comment) {
    const view = { ...views.comment(issue, comment), body: adfToMarkdown(comment.body) };
    return { timestamp, webhookEvent: name, comment: view, issue: shown };
  }
  return {
    timestamp,
    webhookEvent: name,
    issue_event_type_name: change?.items[0]?.field === 'assignee' ? 'issue_assigned' : 'issue_generic',
    ...(actor ? { user: views.user(actor) } : {}),
    issue: shown,
    ...(change ? { changelog: { id: change.id, items: change.items } } : {}),
  };
}
