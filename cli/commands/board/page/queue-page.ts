import { html } from 'hono/html';
import type { ScopeLock } from '../../../../shared/domain/ports/scopes.ts';
import type { QueuedMessage } from '../../../../shared/domain/ports/task-queue.ts';
import { describeError, isErrorCode } from '../../../../shared/kernel/errors.ts';
import { isHeldByPerson, nameHolder } from '../../../clients/held-by-person.ts';
import { countOf } from '../../../output/count-of.ts';
import { nameTask, type ProjectPaths } from '../../../output/format-task.ts';
import { nameScope } from '../../../output/name-scope.ts';
import type { GivenUp } from '../../run/find-given-up.ts';
import { listNotes, nextOf } from '../../run/given-up.ts';
import type { Board } from '../read/board.ts';
import type { QueueState } from '../read/read-queue.ts';
import { renderTime } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { type Column, renderTable } from './table.ts';

/** What waits, what was given up, and who works on what. */
export function renderQueuePage(
  { depth, givenUp, waiting, parked, claims, paths }: QueueState,
  { clock, nameCommands }: Pick<Board, 'clock' | 'nameCommands'>,
): Html {
  const now = clock.now();
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
  caption: 'Poisoned and refused messages, and failed runs of the last seven days that no newer run has made good',
  columns: GIVEN_UP_COLUMNS,
  rows: givenUp.work.map((work) => toGivenUpRow(work, { paths, now, nameCommands })),
  empty: 'Nothing is given up.',
})}
${listNotes(givenUp).map((note) => html`<p class="soft">${note}.</p>`)}
<h2>Waiting</h2>
${renderTable({
  caption: 'Messages that wait for a runner; those a runner holds are not among them',
  columns: COLUMNS,
  rows: waiting.map((message) => toRow(message, paths, now)),
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

const GIVEN_UP_COLUMNS: readonly Column[] = [
  { title: 'Task' },
  { title: 'What' },
  { title: 'Since' },
  { title: 'Reason' },
  { title: 'Message', minor: true },
  { title: 'Again', minor: true },
];

interface Ways extends Pick<Board, 'nameCommands'> {
  paths: ProjectPaths;
  now: number;
}

/** A run does it again on its page; what has no run is done by a command. */
function toGivenUpRow(work: GivenUp, { paths, now, nameCommands }: Ways): (Html | string)[] {
  const { runId, reason } = work;
  const name = work.kind === 'refused' ? 'unreadable' : nameTask(work.task, paths);
  const isRun = runId !== undefined && work.kind !== 'refused';
  return [
    runId === undefined ? name : html`<a href="/runs/${runId}">${name}</a>`,
    work.kind,
    renderTime(work.at, now),
    describeReason(reason),
    work.kind === 'failed' ? '' : html`<code>${work.messageId}</code>`,
    isRun ? html`<a href="/runs/${runId}/retry">Do it again</a>` : html`<code>${nameCommands(nextOf(work))}</code>`,
  ];
}

const COLUMNS: readonly Column[] = [
  { title: 'Task' },
  { title: 'Since' },
  { title: 'Tries', number: true },
  { title: 'Reason' },
  { title: 'Message', minor: true },
];

function toRow(message: QueuedMessage, paths: ProjectPaths, now: number): (Html | string)[] {
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
