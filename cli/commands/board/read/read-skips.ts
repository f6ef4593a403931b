import pLimit from 'p-limit';
import { createBindings } from '../../../../shared/domain/mapping/bindings.ts';
import type { SkipEntry } from '../../../../shared/domain/ports/skip-log.ts';
import { jiraProjectSubject } from '../../../../shared/domain/runs/subjects.ts';
import type { Board } from './board.ts';

const READS_AT_ONCE = 8;

/** What was skipped about whole Jira projects of the map, newest first. One list for each project. */
export async function readProjectSkips(board: Board): Promise<SkipEntry[]> {
  const [{ skipLog }, { bindings = [] }] = await Promise.all([board.storage(), board.map()]);
  const limit = pLimit(READS_AT_ONCE);
  const found = await limit.map(createBindings(bindings).projects, ({ jiraProject }) =>
    skipLog.list(jiraProjectSubject(jiraProject)),
  );
  return found.flat().toSorted((a, b) => b.at - a.at);
}
