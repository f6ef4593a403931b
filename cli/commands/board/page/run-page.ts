import { html } from 'hono/html';
import { findStoredPlan, withoutPlan } from '../../../../shared/domain/runs/plan-event.ts';
import { isFinal, type Run, type RunState } from '../../../../shared/domain/runs/run.ts';
import { formatCost } from '../../../../shared/domain/runs/run-cost.ts';
import { SECOND } from '../../../../shared/kernel/clock.ts';
import { countOf } from '../../../output/count-of.ts';
import { formatSpan, formatTime } from '../../../output/format-time.ts';
import { describeChanged } from '../../run/describe-changed.ts';
import { refuseCancel, refuseRetry } from '../../run/end-or-repeat.ts';
import { countTokens } from '../../run/find-runs.ts';
import type { Stage, Stages } from '../read/list-stages.ts';
import type { RefusedDetails } from '../read/read-refused.ts';
import type { RunDetails } from '../read/read-run.ts';
import type { ShadowDetails } from '../read/read-shadow.ts';
import type { StoredTranscript } from '../read/read-transcript.ts';
import { formatCount, renderLink, renderState, renderTime } from './format.ts';
import { type Html, renderLayout } from './layout.ts';
import { renderRefusedSection } from './refused-part.ts';
import { RUN_COLUMNS, renderRunRow } from './run-row.ts';
import { renderShadowSection } from './shadow-part.ts';
import { renderTranscriptSection } from './transcript.ts';

export interface RunView extends RunDetails {
  stamp: string;
  others: readonly Run[];
  transcript: StoredTranscript | undefined;
  shadow: ShadowDetails | undefined;
  refused: RefusedDetails | undefined;
  /** What was just done about it, in one sentence. */
  notice?: string;
  now: number;
}

/** The page of one run. */
export function renderRunPage(view: RunView): Html {
  const { run, subject, stamp, others, transcript, shadow, refused, notice, names, now } = view;
  const rows = others.map((other) => renderRunRow(other, names, now));
  const live = isFinal(run.state)
    ? ''
    : html`<output id="live-run" class="soft scripted" data-live="/runs/${run.runId}/live" aria-live="polite"></output>`;
  return renderLayout({
    title: `${subject.name}: ${run.state}`,
    page: '/runs',
    body: html`<h1>${subject.name}</h1>
${notice === undefined ? '' : html`<div class="panel good" role="status"><p>${notice}</p></div>`}
${live}
<div id="run" data-stamp="${stamp}">${renderRunPart(view, now)}</div>
${renderShadowSection(run.runId, shadow)}
${renderRefusedSection(run.runId, refused, subject)}
<h2 id="transcript">Transcript</h2>
${renderTranscriptSection(run.runId, transcript)}
<h2 id="others">Other runs of ${subject.about}</h2>
${
  rows.length === 0
    ? html`<p class="soft">There are none.</p>`
    : html`<div class="scroll"><table class="cards" role="table"><caption>Newest first</caption><thead role="rowgroup">${RUN_COLUMNS}</thead><tbody role="rowgroup">${rows}</tbody></table></div>`
}`,
  });
}

/** The part of the page that changes while a run is under way. */
export function renderRunPart({ run, subject, plain, stages, unreadable }: RunDetails, now: number): Html {
  const { ticket, mergeRequest } = subject;
  return html`<div class="bar">${renderState(run.state)}
${ticket ? renderLink(ticket.url, `Ticket ${ticket.text}`) : ''}
${mergeRequest ? renderLink(mergeRequest.url, `Merge request ${mergeRequest.text}`) : ''}
${renderActions(run)}</div>
<div class="panel ${MOODS[run.state]}"><p>${plain.answer}</p><p><b>Next:</b> ${plain.next}</p></div>
${renderFacts(run, stages.stages, now)}
<h2 id="stages">Stages</h2>
${renderStages(stages)}
${unreadable > 0 ? html`<p class="soft">${countOf(unreadable, 'part')} of what happened cannot be read and is left out.</p>` : ''}`;
}

const MOODS: Readonly<Record<RunState, string>> = {
  planned: '',
  queued: '',
  running: '',
  parked: 'warn',
  done: 'good',
  failed: 'bad',
  superseded: '',
  cancelled: '',
};

function renderActions(run: Run): Html {
  const retry =
    refuseRetry(run) === undefined ? html`<a class="button" href="/runs/${run.runId}/retry">Retry…</a>` : '';
  const cancel =
    refuseCancel(run) === undefined ? html`<a class="button" href="/runs/${run.runId}/cancel">Cancel…</a>` : '';
  return html`${retry}${cancel}`;
}

function renderFacts(run: Run, stages: readonly Stage[], now: number): Html {
  const { runId, task, attempt, interruptions = 0, runner, createdAt, updatedAt, result, facts, notified } = run;
  const usage = facts?.usage ?? result?.usage;
  const rows: [string, Html | string | undefined][] = [
    ['Run', html`<code>${runId}</code>`],
    ['Created', html`${formatTime(createdAt)} (${renderTime(createdAt, now)})`],
    ['Last change', html`${formatTime(updatedAt)}, ${formatSpan(updatedAt - createdAt)} after it was created`],
    ['Attempt', `${attempt}${interruptions > 0 ? `, interrupted ${interruptions} times` : ''}`],
    ['Asked for by', task.requestedBy && `${task.requestedBy.name} (${task.requestedBy.service})`],
    ['Agent', facts?.agentId],
    ['Runner', runner],
    ['Result', result?.what],
    ['Branch', result?.branch],
    ['Commit', result?.commitSha],
    ['Changed files', describeChanged(stages)],
    ['Summary', result?.summary],
    ['Plan', findStoredPlan(stages)?.text ?? result?.plan],
    ['Cost', facts?.cost && formatCost(facts.cost)],
    [
      'Usage',
      usage &&
        `${formatCount(countTokens(run))} tokens in ${formatCount(usage.modelCalls)} calls: ${formatCount(usage.inputTokens)} in, ${formatCount(usage.outputTokens)} out`,
    ],
    ['Model', facts?.model],
    ['Project map', facts?.mapGeneration === undefined ? undefined : `generation ${facts.mapGeneration}`],
    ['Credential', task.credentialRef],
    ['Reported', notified ? 'yes' : 'not yet'],
  ];
  return html`<dl class="facts">${rows
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function renderStages({ stages, underWayMs, steps, lastStep }: Stages): Html {
  const total = stages.reduce((sum, { tookMs }) => sum + tookMs, underWayMs ?? 0);
  const rows = stages.map((stage) => renderStage(stage, total));
  const now =
    underWayMs === undefined
      ? ''
      : html`<tr><th scope="row">under way</th><td class="number">${formatSpan(underWayMs)}</td><td class="minor">${renderShare(underWayMs, total)}</td><td class="soft">since then</td><td class="minor"></td></tr>`;
  const last = lastStep ? `, the last one ${describeFields(lastStep)}` : '';
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Stages"><table><caption>What happened, oldest first, with the time each step took</caption>
<thead><tr><th scope="col">Stage</th><th scope="col" class="number">Took</th><th scope="col" class="minor">Share</th><th scope="col">Details</th><th scope="col" class="minor">At</th></tr></thead>
<tbody>${rows}${now}</tbody></table></div>
${steps > 0 ? html`<p class="soft">${steps} steps of the agent${last}.</p>` : ''}`;
}

function renderStage({ name, at, tookMs, fields }: Stage, total: number): Html {
  return html`<tr><th scope="row">${name}</th><td class="number">${formatTook(tookMs)}</td><td class="minor">${renderShare(tookMs, total)}</td><td class="soft">${describeFields(fields)}</td><td class="minor nowrap">${formatTime(at)}</td></tr>`;
}

function formatTook(ms: number): string {
  if (ms === 0) return '–';
  return ms < SECOND ? '< 1 s' : formatSpan(ms);
}

/** A bar; the number beside it says the same. */
function renderShare(ms: number, total: number): Html {
  const width = total === 0 ? 0 : Math.round((ms / total) * 1000) / 10;
  return html`<svg class="share" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="rest" width="100" height="6"/><rect width="${width}" height="6"/></svg>`;
}

function describeFields(fields: Stage['fields']): string {
  return (
    Object.entries(withoutPlan(fields))
      // The names of files stand above, once, as does the plan.
      .filter(([name]) => name !== 'changed' && name !== 'described')
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  );
}
