import { expect, it } from 'vitest';
import { systemClock } from '../../kernel/clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { Secret } from '../../kernel/secret.ts';
import { createJira } from './create-jira.ts';

it('a failure to say who we are is not remembered, the answer is', async () => {
  const statuses = [401, 200];
  let requests = 0;
  const jira = createJira({
    baseUrl: 'https://jira.example.com',
    siteUrl: 'https://jira.example.com',
    credential: { kind: 'token', apiToken: new Secret('a-token-of-a-test') },
    clock: systemClock,
    log: silentLog,
    fetch: async () => {
      requests += 1;
      return new Response(JSON.stringify({ accountId: 'a', displayName: 'Agent' }), {
        status: statuses.shift() ?? 500,
      });
    },
  });

  await expect(jira.getMyself()).rejects.toMatchObject({ code: 'jira-unauthorized' });
  const asked = await Promise.all([jira.getMyself(), jira.getMyself(new AbortController().signal)]);
  expect([...asked, await jira.getMyself()].map(({ accountId }) => accountId)).toEqual(['a', 'a', 'a']);
  expect(requests).toBe(2);
});
