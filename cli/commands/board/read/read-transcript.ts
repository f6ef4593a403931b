import { pickTranscripts, runFolder } from '../../../../shared/domain/runs/run-files.ts';
import { parseTranscript, type TranscriptEntry } from '../../run/format-transcript.ts';
import type { Board } from './board.ts';

/** One session of a run's agent, and how many there are. */
export interface StoredTranscript {
  /** 1 for the first session. */
  number: number;
  sessions: number;
  entries: TranscriptEntry[];
}

/** A session by its number, or the newest; `undefined` where none is kept. One list and one read. */
export async function readTranscript(
  runId: string,
  board: Board,
  wanted?: number,
): Promise<StoredTranscript | undefined> {
  const { artefacts } = await board.storage();
  const paths = pickTranscripts(await artefacts.list(runFolder(runId)));
  const number = wanted ?? paths.length;
  const path = paths[number - 1];
  const text = path === undefined ? undefined : await artefacts.find(path);
  return text === undefined ? undefined : { number, sessions: paths.length, entries: parseTranscript(text) };
}
