import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';

/** Runs read at once; few enough that a short list costs little, many enough that a long one is quick. */
const PAGE = 25;

/** The runs of several subjects, newest first, each once. Reads a page when it is asked for, and no more. */
export async function* walkRuns(
  subjects: readonly string[],
  ledger: Pick<RunLedger, 'listRecent'>,
): AsyncGenerator<Run, void> {
  const streams = await Promise.all(subjects.map((subject) => advance(walkSubject(subject, ledger))));
  const seen = new Set<string>();
  for (;;) {
    const open = streams.filter(({ head }) => head !== undefined);
    const [newest] = open.toSorted((a, b) => (b.head?.createdAt ?? 0) - (a.head?.createdAt ?? 0));
    if (!newest?.head) return;
    const run = newest.head;
    if (!seen.has(run.runId)) yield run;
    seen.add(run.runId);
    Object.assign(newest, await advance(newest.rest));
  }
}

interface Stream {
  head: Run | undefined;
  rest: AsyncGenerator<Run, void>;
}

async function advance(rest: AsyncGenerator<Run, void>): Promise<Stream> {
  const next = await rest.next();
  return { head: next.done ? undefined : next.value, rest };
}

async function* walkSubject(subject: string, ledger: Pick<RunLedger, 'listRecent'>): AsyncGenerator<Run, void> {
  let last: Run | undefined;
  for (;;) {
    const page = await ledger.listRecent(subject, PAGE, last);
    yield* page;
    if (page.length < PAGE) return;
    last = page.at(-1);
  }
}
