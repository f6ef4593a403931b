import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { formatSlack } from './format-slack.ts';
import { formatTeams } from './format-teams.ts';
import type { OutboundEvent } from './outbound-event.ts';
import { decodeSigningKey, signEvent } from './sign-event.ts';

const EVENT: OutboundEvent = {
  schemaVersion: 1,
  id: 'evt_1',
  type: 'run.needs-you',
  time: '2026-01-05T10:00:00.000Z',
  binding: { jiraProject: 'PROJ', repo: 'group/app' },
  run: { id: 'run-1', kind: 'coding' },
  ticket: { key: 'PROJ-12', url: 'https://site.example.com/browse/PROJ-12' },
  outcome: 'question',
  summary: 'Is <!channel> & <https://evil.example|this> meant?\n[click](https://evil.example)',
  nextStep: 'Add what is missing.',
};

it('writes to Slack so that nothing of the agent mentions people or becomes a link', () => {
  expect(formatSlack(EVENT)).toEqual({
    text: [
      '*PROJ-12: the agent has a question*',
      'Is &lt;!channel&gt; &amp; &lt;https://evil.example|this&gt; meant?',
      '[click](https://evil.example)',
      'Next: Add what is missing.',
      '<https://site.example.com/browse/PROJ-12|Ticket PROJ-12>',
    ].join('\n'),
  });
});

it('writes to Teams in an Adaptive Card whose text is no Markdown', () => {
  const run = (text: string, style = {}) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, ...style }],
  });
  expect(formatTeams(EVENT)).toEqual({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            run('PROJ-12: the agent has a question', { weight: 'Bolder', size: 'Medium' }),
            run('Is <!channel> & <https://evil.example|this> meant?'),
            run('[click](https://evil.example)'),
            run('Next: Add what is missing.'),
          ],
          actions: [
            { type: 'Action.OpenUrl', title: 'Ticket PROJ-12', url: 'https://site.example.com/browse/PROJ-12' },
          ],
        },
      },
    ],
  });
});

it('says of a credential how long it lasts and who uses it', () => {
  const credential = { alias: 'team_a', expiresAt: '2026-01-21', daysLeft: 7 };
  const { text } = formatSlack({
    ...EVENT,
    type: 'credential.ending',
    credential,
    jiraProjects: ['PROJ', 'OPS'],
  } as OutboundEvent);
  expect(text).toContain('*The GitLab credential team_a ends in 7 days, on 2026-01-21*\nUsed by PROJ, OPS.');
});

it('signs as Standard Webhooks verifies, and not for another body or key', () => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const body = JSON.stringify(EVENT);
  const key = decodeSigningKey(secret);
  if (!key) throw new Error('no key');
  // The library looks at the real time.
  const headers = signEvent({ id: EVENT.id, body, now: Date.now() }, key);
  expect(new Webhook(secret).verify(body, headers)).toEqual(EVENT);
  expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  expect(() => new Webhook(randomBytes(32).toString('base64')).verify(body, headers)).toThrow();
});

it.each(['', 'hunter2hunter2', 'whsec_', `whsec_${'A'.repeat(8)}`, `whsec_${'A'.repeat(100)}`])(
  'takes "%s" for no key',
  (secret) => {
    expect(decodeSigningKey(secret)).toBeUndefined();
  },
);
