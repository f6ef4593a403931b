import { describe, expect, it } from 'vitest';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aReviewTask } from '../../../test/builders/tasks.ts';
import type { EventType } from '../mapping/event-rules.ts';
import type { Run } from '../runs/run.ts';
import { buildRunEvent } from './build-run-event.ts';

const PLACES = {
  gitlabUrl: 'https://gitlab.example.com/',
  siteUrl: 'https://site.example.com',
  redact: (text: string) => text.replaceAll('hunter2', '[secret]'),
};
const AT = Date.parse('2026-01-05T10:00:00Z');
const MERGED: Partial<Run> = {
  state: 'done',
  result: {
    what: 'merge-request',
    summary: 'Greets by name, password hunter2',
    mergeRequestIid: 4,
    mergeRequestUrl: 'https://gitlab.example.com/group/app/-/merge_requests/4',
  },
};
const FAILED: Partial<Run> = { state: 'failed', code: 'validation-failed', detail: 'what npm printed' };
const PLANNED: Partial<Run> = { state: 'done', result: { what: 'plan', summary: 'Greets by name.' } };
const ASKED: Partial<Run> = { state: 'done', result: { what: 'question', summary: 'Which colour?' } };

function build(run: Partial<Run>, on: EventType[], moment: 'started' | 'ended' = 'ended') {
  const binding = aBinding({ events: { url_ref: 'team_a', on } });
  return buildRunEvent({ run: aRun(run), binding, moment, at: AT }, PLACES);
}

describe('the event of a run', () => {
  it('is what a person needs to act, with the summary masked', () => {
    expect(build(MERGED, ['run.finished'])).toEqual({
      schemaVersion: 1,
      id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      type: 'run.finished',
      time: '2026-01-05T10:00:00.000Z',
      binding: { jiraProject: 'PROJ', repo: 'group/app' },
      run: { id: 'run-1', kind: 'coding' },
      ticket: { key: 'PROJ-12', url: 'https://site.example.com/browse/PROJ-12' },
      mergeRequest: { iid: 4, url: 'https://gitlab.example.com/group/app/-/merge_requests/4' },
      outcome: 'merge-request',
      summary: 'Greets by name, password [secret]',
      nextStep: 'A person has to review and merge it.',
    });
  });

  it('names the failure by the catalogue and leaves out what a command printed', () => {
    const event = build(FAILED, ['run.needs-you']);
    expect(event).toMatchObject({ outcome: 'failed', failure: { code: 'validation-failed' } });
    expect(event?.nextStep).toBeTruthy();
    expect(JSON.stringify(event)).not.toContain('npm printed');
  });

  it('says of a plan how a person approves it', () => {
    expect(build(PLANNED, ['run.needs-you'])).toMatchObject({
      outcome: 'plan',
      summary: 'Greets by name.',
      nextStep: expect.stringContaining('write `/copilot go` in a comment of its own'),
    });
  });

  it('has one id per run and type, and one address of a merge request that is only reviewed', () => {
    const [one, again] = [build(MERGED, ['run.finished']), build(MERGED, ['run.finished'])];
    expect(one?.id).toBe(again?.id);
    expect(build(MERGED, ['run.started'], 'started')?.id).not.toBe(one?.id);
    expect(build({ task: aReviewTask() }, ['run.started'], 'started')).toMatchObject({
      mergeRequest: { iid: 3, url: 'https://gitlab.example.com/group/app/-/merge_requests/3' },
    });
  });

  it.each<{ name: string; run: Partial<Run>; on: EventType[]; notified: EventType | undefined }>([
    { name: 'a failure', run: FAILED, on: ['run.finished', 'run.needs-you'], notified: 'run.needs-you' },
    { name: 'a question', run: ASKED, on: ['run.finished', 'run.needs-you'], notified: 'run.needs-you' },
    { name: 'a plan', run: PLANNED, on: ['run.finished', 'run.needs-you'], notified: 'run.needs-you' },
    ...['merge-conflict', 'pipeline-left'].map((what) => ({
      name: `an update that left a ${what}`,
      run: { state: 'done' as const, result: { what } },
      on: ['run.finished', 'run.needs-you'] satisfies EventType[],
      notified: 'run.needs-you' as const,
    })),
    { name: 'a failure where only ends are wanted', run: FAILED, on: ['run.finished'], notified: 'run.finished' },
    { name: 'a merge request', run: MERGED, on: ['run.finished', 'run.needs-you'], notified: 'run.finished' },
    { name: 'a merge request where only needs are wanted', run: MERGED, on: ['run.needs-you'], notified: undefined },
    {
      name: 'a cancelled run',
      run: { state: 'cancelled' },
      on: ['run.finished', 'run.needs-you'],
      notified: 'run.finished',
    },
    { name: 'an end where only starts are wanted', run: MERGED, on: ['run.started'], notified: undefined },
  ])('says once how $name ended', ({ run, on, notified }) => {
    expect(build(run, on)?.type).toBe(notified);
  });
});
