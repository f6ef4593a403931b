import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';

/** Few enough that a short list costs little, many enough that a long one is quick. */
const PAGE = 25;

export interface WalkOptions {
  /** The list goes on after this run. */
  after?: RunCursor | undefined;
  /** Runs read at once; at most 100, as many as the ledger gives. */
  page?: number;
  /** Called for each run that is passed over because it cannot be read. */
  onUnreadable?: (runId: string) => void;
}

/** A run after which a list goes on. */
export type RunCursor = Pick<Run, 'createdAt' | 'runId'>;

/**
 * The runs of several subjects, newest first, each once; after one of them, the next ones. Reads a page when it is
 * asked for, and no more.
 */
export async function* walkRuns(
  subjects: readonly string[],
  ledger: Pick<RunLedger, 'listRecent'>,
  { after, page = PAGE, onUnreadable = () => {} }: WalkOptions = {},
): AsyncGenerator<Run, void> {
  const streams = await Promise.all(
    subjects.map((subject) => advance(walkSubject(subject, ledger, { after, page, onUnreadable }))),
  );
  const seen = new Set<string>();
  for (;;) {
    const open = streams.filter(({ head }) => head !== undefined);
    const [newest] = open.toSorted(byPlace);
    if (!newest?.head) return;
    const run = newest.head;
    if (!seen.has(run.runId)) yield run;
    seen.add(run.runId);
    Object.assign(newest, await advance(newest.rest));
  }
}

/** As the ledger sorts: of one moment, the smaller id comes first. A list that goes on leaves none out then. */
function byPlace({ head: a }: Stream, { head: b }: Stream): number {
  return (b?.createdAt ?? 0) - (a?.createdAt ?? 0) || ((a?.runId ?? '') < (b?.runId ?? '') ? -1 : 1);
}

interface Stream {
  head: Run | undefined;
  rest: AsyncGenerator<Run, void>;
}

async function advance(rest: AsyncGenerator<Run, void>): Promise<Stream> {
  const next = await rest.next();
  return { head: next.done ? undefined : next.value, rest };
}

async function* walkSubject(
  subject: string,
  ledger: Pick<RunLedger, 'listRecent'>,
  { after, page: size, onUnreadable }: Required<Omit<WalkOptions, 'after'>> & Pick<WalkOptions, 'after'>,
): AsyncGenerator<Run, void> {
  let last = after;
  for (;;) {
    const page = await ledger.listRecent(subject, size, { after: last, onUnreadable });
    yield* page;
    if (page.length < size) return;
    last = page.at(-1);
  }
}
