import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitLabEvent, parseGitLabEvent } from '../../shared/adapters/gitlab/events.ts';
import { verifyGitLabWebhook } from '../../shared/adapters/gitlab/verify-webhook.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { clientOf, startTwoTeams } from '../../test/doubles/gitlab-environment.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { type RunningServer, startServer } from '../http/start-server.ts';
import type { SandboxGitLab } from './server/start-sandbox-gitlab.ts';

const whsec = `whsec_${randomBytes(32).toString('base64')}`;
const clock = createSteppedClock(Date.now());
let sandbox: SandboxGitLab;
let receiver: RunningServer;
let url: string;
let got: { headers: Headers; body: string; event: GitLabEvent }[];
let status: number;

beforeEach(async () => {
  got = [];
  status = 202;
  receiver = await startServer(async (request, response) => {
    const body = await text(request);
    got.push({ headers: new Headers(request.headers as Record<string, string>), body, event: parseGitLabEvent(body) });
    response.writeHead(status).end();
  });
  url = `${receiver.url}/hook`;
  sandbox = await startTwoTeams({ clock });
  const mia = clientOf(sandbox, { token: 'token-mia' });
  await mia.createProjectHook(sandbox.project('group/app').id, { url, token: new Secret('s3cret') });
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

describe('webhooks', () => {
  it('report the life of a merge request in events we understand', async () => {
    const ada = sandbox.as('ada');
    const first = await ada.push('group/app', { branch: 'f', files: { f: '1' } });
    const { iid } = await ada.openMergeRequest('group/app', { sourceBranch: 'f', title: 'Draft: F', labels: ['x'] });
    const second = await ada.push('group/app', { branch: 'f', files: { f: '2' } });
    ada.edit('group/app', iid, { title: 'F' });
    const note = ada.note('group/app', iid, '/copilot review');
    ada.editNote('group/app', iid, note.id, '/copilot help');
    await ada.close('group/app', iid);
    await ada.reopen('group/app', iid);
    await sandbox.as('mia').merge('group/app', iid);
    await sandbox.settleDeliveries();
    const seen = got.map(({ event }) => event);
    expect(seen).toHaveLength(8);
    expect(seen).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'open', headSha: first, draft: true, labels: ['x'], mergeRequestIid: iid }),
        expect.objectContaining({ action: 'update', headSha: second, oldHeadSha: first }),
        expect.objectContaining({ action: 'update', becameReady: true }),
        expect.objectContaining({ kind: 'note', action: 'create', noteId: note.id, body: '/copilot review' }),
        expect.objectContaining({ kind: 'note', action: 'update', body: '/copilot help' }),
        expect.objectContaining({ action: 'close' }),
        expect.objectContaining({ action: 'reopen' }),
        expect.objectContaining({ action: 'merge', actor: expect.objectContaining({ username: 'mia' }) }),
      ]),
    );
  });

  it('carry the plain token, and a signature when there is a signing token', async () => {
    await openOne();
    expect(got[0]?.headers.get('x-gitlab-event')).toBe('Merge Request Hook');
    expect(judge(0, { secretToken: new Secret('s3cret') })).toEqual({ verified: true, by: 'token' });
    expect(judge(0, { secretToken: new Secret('other') })).toMatchObject({ verified: false });

    const mia = clientOf(sandbox, { token: 'token-mia' });
    const { id } = sandbox.project('group/app');
    const [hook] = await mia.listProjectHooks(id);
    if (!hook) throw new Error('the hook is gone');
    const signed = await mia.updateProjectHook(id, hook, { url, signingToken: new Secret(whsec) });
    expect(signed).toMatchObject({ hasToken: true, hasSigningToken: true });
    sandbox.as('ada').note('group/app', 1, 'Signed');
    await sandbox.settleDeliveries();
    expect(got[1]?.headers.get('x-gitlab-event')).toBe('Note Hook');
    expect(judge(1, { signingToken: new Secret(whsec) })).toEqual({ verified: true, by: 'signature' });
    expect(() =>
      new Webhook(whsec).verify(got[1]?.body ?? '', Object.fromEntries(got[1]?.headers ?? [])),
    ).not.toThrow();
  });

  it('come twice on demand, with one id', async () => {
    sandbox.duplicateDeliveries(2);
    await openOne();
    const [delivery] = sandbox.deliveries;
    if (delivery) await sandbox.redeliver(delivery);
    expect(got).toHaveLength(3);
    expect(new Set(got.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1);
    expect(new Set(got.map(({ body }) => body)).size).toBe(1);
  });

  it('are switched off after four failures and come back after a while', async () => {
    status = 500;
    await openOne();
    for (let count = 0; count < 5; count += 1) {
      sandbox.as('ada').note('group/app', 1, `Note ${count}`);
      await sandbox.settleDeliveries();
    }
    expect(got).toHaveLength(4);
    clock.time += 61_000;
    status = 200;
    sandbox.as('ada').note('group/app', 1, 'Again');
    await sandbox.settleDeliveries();
    expect(got).toHaveLength(5);
  });
});

async function openOne(): Promise<void> {
  const ada = sandbox.as('ada');
  await ada.push('group/app', { branch: 'f', files: { f: '1' } });
  await ada.openMergeRequest('group/app', { sourceBranch: 'f', title: 'F' });
  await sandbox.settleDeliveries();
}

function judge(index: number, tokens: { secretToken?: Secret; signingToken?: Secret }) {
  const delivery = got[index];
  if (!delivery) throw new Error(`There is no delivery ${index}`);
  return verifyGitLabWebhook({ headers: delivery.headers, rawBody: delivery.body, clock, ...tokens });
}
