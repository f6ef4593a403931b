import { expect, it } from 'vitest';
import { createAuditServices } from '../../../../../test/builders/audit-services.ts';
import { createManualClock } from '../../../../../test/doubles/manual-clock.ts';
import { TaskError } from '../../../../kernel/errors.ts';
import { createLiveReader } from '../../evidence/live-reader.ts';
import { createAsker } from '../ask/asker.ts';
import { lookUpKeys } from './look-up-keys.ts';

const keysTo = (count: number) => Array.from({ length: count }, (_, index) => `PROJ-${index + 1}`);

async function lookUp(keys: readonly string[], answers: Record<string, unknown>) {
  const asked: string[] = [];
  const services = createAuditServices({ 'jira POST issue/bulkfetch': { issues: [] }, ...answers }, asked);
  const asker = createAsker(createLiveReader(services, createManualClock(0)));
  const { lookups, askedAlone } = await lookUpKeys(keys, asker, 'https://jira.example');
  const answerOf = (key: string) => lookups.find((one) => one.key === key)?.answer;
  return { answerOf, lookups, askedAlone, asked };
}

it('tells moved and forbidden keys from unknown ones however many the bulk answer leaves out', async () => {
  const { answerOf, askedAlone, asked } = await lookUp(keysTo(130), {
    'jira GET issue/PROJ-99': { id: '1', key: 'OPS-1', fields: { project: { key: 'OPS' } } },
    'jira GET issue/PROJ-130': new TaskError('jira-forbidden'),
  });
  expect([answerOf('PROJ-98'), answerOf('PROJ-99'), answerOf('PROJ-130')]).toEqual(['unknown', 'moved', 'forbidden']);
  expect({ askedAlone, asked: asked.length }).toEqual({ askedAlone: 130, asked: 132 });
});

it('gives no answer about a key that was not asked about', async () => {
  const { answerOf, lookups, askedAlone } = await lookUp(keysTo(501), {});
  expect(answerOf('PROJ-501')).toBeUndefined();
  expect([lookups.length, askedAlone]).toEqual([500, 500]);
});
