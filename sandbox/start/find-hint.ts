import * as z from 'zod';
import { parseJson } from '../../shared/kernel/parse-json.ts';
import { subjectOf } from '../demo/subject-of.ts';

const Step = z.discriminatedUnion('event', [
  z.object({ event: z.literal('stage reached'), stage: z.literal('merge-request-open'), iid: z.int() }),
  z.object({
    event: z.literal('run settled'),
    taskId: z.string().regex(/^(review|reply)~/),
    outcome: z.literal('done'),
  }),
]);

/** What a person can type about a log line of the programs; most leave nothing to do. */
export function findHint(line: string): string | undefined {
  const step = Step.safeParse(parseJson(line)).data;
  if (!step) return undefined;
  if (step.event === 'stage reached') return `Next: show !${step.iid}, ready !${step.iid}, merge !${step.iid}`;
  return `Next: show ${subjectOf(step.taskId)} has the ${step.taskId.startsWith('review~') ? 'review' : 'answer'}`;
}
