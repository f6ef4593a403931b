import { html } from 'hono/html';
import type { ScopeLock } from '../../../../shared/domain/ports/scopes.ts';
import { describeError, isErrorCode } from '../../../../shared/kernel/errors.ts';
import { isHeldByPerson, nameHolder } from '../../../clients/held-by-person.ts';
import { countOf } from '../../../output/count-of.ts';
import { nameTask, type ProjectPaths } from '../../../output/format-task.ts';
import { nameScope } from '../../../output/name-scope.ts';
import type { QueueEntry } from '../../queue/queue-entries.ts';
import type { QueueState } from '../read/read-queue.ts';
import { renderTime } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { type Column, renderTable } from './table.ts';

/** What waits, what was given up, and who works on what. */
export function renderQueuePage({ depth, entries, parked, claims, paths }: QueueState, now: number): Html {
  const poisoned = entries.filter(({ place }) => place === 'poison');
  const waiting = entries.filter(({ place }) => place === 'waiting');
  const hidden = depth.poisonCount - poisoned.length;
  return renderLayout({
    title: 'Queue and claims',
    page: '/queue',
    body: html`<h1>Queue and claims</h1>
<p>${depth.count} on the queue, ${depth.poisonCount} poisoned, <a href="/runs?state=parked">${countOf(parked, 'parked run')}</a>.</p>
${
  depth.byImage
    ? html`<p class="soft">By image: ${depth.byImage.map(({ image = 'default', count }) => `${image} ${count}`).join(', ')}.</p>
`
    : ''
}<h2>Given up</h2>
${renderTable({
  caption: 'Poisoned messages; the page of a run does it again',
  columns: COLUMNS,
  rows: poisoned.map((entry) => toRow(entry, paths, now)),
  empty: 'No message is poisoned.',
})}
${hidden > 0 ? html`<p class="soft">${countOf(hidden, 'more poisoned message')} cannot be shown: a storage queue shows 32.</p>` : ''}
<h2>Waiting</h2>
${renderTable({
  caption: 'Messages that wait for a runner; those a runner holds are not among them',
  columns: COLUMNS,
  rows: waiting.map((entry) => toRow(entry, paths, now)),
  empty: 'No message waits for a runner.',
})}
<h2>Claims</h2>
${renderTable({
  caption: 'Which run holds which issue or merge request',
  columns: CLAIM_COLUMNS,
  rows: claims.map((claim) => toClaimRow(claim, paths, now)),
  empty: 'Nothing is claimed.',
})}`,
  });
}

const COLUMNS: readonly Column[] = [
  { title: 'Task' },
  { title: 'Since' },
  { title: 'Tries', number: true },
  { title: 'Reason' },
  { title: 'Message', minor: true },
];

function toRow({ message }: QueueEntry, paths: ProjectPaths, now: number): (Html | string)[] {
  const { messageId, runId, task, insertedAt, attempt, reason } = message;
  const name = task ? nameTask(task, paths) : 'unreadable';
  return [
    runId === undefined ? name : html`<a href="/runs/${runId}">${name}</a>`,
    renderTime(insertedAt, now),
    String(attempt),
    describeReason(reason),
    html`<code>${messageId}</code>`,
  ];
}

function describeReason(reason = ''): string {
  return isErrorCode(reason) ? describeError(reason).sentence : reason;
}

const CLAIM_COLUMNS: readonly Column[] = [
  { title: 'Issue or merge request' },
  { title: 'Held by' },
  { title: 'Ends' },
  { title: 'Waiting', minor: true },
  { title: 'Runner', minor: true },
];

function toClaimRow(claim: ScopeLock, paths: ProjectPaths, now: number): (Html | string)[] {
  const { scope, runId, holder, expiresAt, waiting } = claim;
  return [
    nameScope(scope, paths),
    isHeldByPerson(claim) ? nameHolder(claim) : html`<a href="/runs/${runId}">${runId}</a>`,
    renderTime(expiresAt, now),
    waiting.length === 0 ? '' : html`${waiting.map((id) => html`<a href="/runs/${id}">${id}</a> `)}`,
    html`<code>${holder}</code>`,
  ];
}
