import { afterEach, expect, it } from 'vitest';
import { JIRA_POLLER } from '../../functions/polling/poller-names.ts';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { waitUntil } from '../wait-until.ts';
import { cmap, operatorEnvironment } from './cmap.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const MAP = JSON.stringify({ mappings: { PROJ: { repo: 'group/service-a' } } });

let environment: Environment;
afterEach(() => environment.close());

/** Functions and runners that sign in to Jira by OAuth, as the account of the agent. */
async function startSignedIn() {
  let settings: Record<string, string> = {};
  environment = await startTwoTeamsEnvironment({
    functionInstances: 0,
    projectMap: MAP,
    withSettings(parts) {
      const { jira } = parts;
      settings = {
        JIRA_EMAIL: '',
        JIRA_API_TOKEN: '',
        JIRA_URL: jira.gatewayUrl,
        JIRA_SITE_URL: jira.url,
        JIRA_OAUTH_CLIENT_ID: jira.oauth.app.clientId,
        JIRA_OAUTH_CLIENT_SECRET: jira.oauth.app.clientSecret,
        JIRA_OAUTH_REFRESH_TOKEN: jira.oauth.authorize('agent'),
        JIRA_OAUTH_TOKEN_URL: `${jira.url}/oauth/token`,
      };
      return settings;
    },
  });
  const { oauth } = environment.jira;
  const run = (...args: string[]) => cmap(args, { ...operatorEnvironment(environment, MAP), ...settings });
  return { oauth, settings, run };
}

it('does a ticket from poll to report, and every process signs in with the one pair of tokens', async () => {
  const { oauth, settings, run } = await startSignedIn();
  await environment.addFunctions();
  await environment.addFunctions();
  const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');

  await Promise.all(environment.functions.map((instance) => instance.fire('poll-jira')));
  await environment.settle();

  expect(reportsOn(environment, key)).toHaveLength(1);
  expect(environment.gitlab.project('group/service-a').mergeRequests).toHaveLength(1);
  expect(oauth.counts).toEqual({ refreshed: 1, refused: 0 });

  // Tokens that end before their time: Jira answers 401, one process asks for new ones, and nothing is lost.
  oauth.endAccessTokens();
  const answers = await Promise.all([run('whoami', '--json'), run('whoami', '--json')]);
  for (const { code, stdout } of answers) {
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout).identities.at(-1)).toMatchObject({ credential: 'JIRA_OAUTH_CLIENT_ID', name: 'Agent' });
  }
  expect(oauth.counts).toEqual({ refreshed: 2, refused: 0 });

  // Tokens that end soon are replaced before they do. The first of these is obtained by another process: one that has
  // just replaced a refused token does not do so again for a minute.
  oauth.endAfter(4);
  oauth.endAccessTokens();
  expect((await run('whoami', '--json')).code).toBe(0);
  await waitUntil('the poller has signed in again and again', async () => {
    await environment.fire('poll-jira');
    return oauth.counts.refreshed >= 6;
  });
  expect(oauth.counts.refused).toBe(0);

  const secrets = [
    settings['JIRA_OAUTH_CLIENT_SECRET'],
    settings['JIRA_OAUTH_REFRESH_TOKEN'],
    'sandbox-access-',
    'sandbox-refresh-',
  ];
  const seen = [...environment.logs, ...answers.flatMap(({ stdout, stderr }) => [stdout, stderr])].join('\n');
  for (const secret of secrets) expect(seen).not.toContain(secret);
});

it('says in health, doctor and log that the authorization was taken back, and what to do', async () => {
  const { oauth, run } = await startSignedIn();
  const functions = await environment.addFunctions();
  oauth.revoke();

  await functions.fire('poll-jira');

  expect((await environment.storage.pollers.get(JIRA_POLLER)).code).toBe('jira-sign-in-refused');
  const health = await fetch(`${functions.url}/api/health`);
  expect(await health.json()).toMatchObject({
    status: 'degraded',
    reasons: [expect.stringContaining('jira-sign-in-refused')],
  });
  const doctor = await run('doctor', '--json');
  expect(doctor.code).toBe(1);
  const { checks } = JSON.parse(doctor.stdout) as { checks: { level: string; about: string; finding: string }[] };
  expect(checks.find(({ about }) => about === 'jira')).toMatchObject({
    level: 'FAIL',
    finding: expect.stringContaining('JIRA_OAUTH_REFRESH_TOKEN'),
  });
  expect(oauth.counts).toMatchObject({ refreshed: 0 });
});
