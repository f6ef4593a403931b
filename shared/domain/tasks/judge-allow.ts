import { SECOND } from '../../kernel/clock.ts';
import type { Binding } from '../mapping/binding.ts';
import { createPathMatcher } from '../paths/create-path-matcher.ts';
import type { AllowRefusal } from '../runs/allow-refusal.ts';
import type { AllowedFile, RefusedWork } from '../runs/refused-work.ts';
import { findRefusedWork } from '../runs/refused-work.ts';
import type { Run, RunEvent } from '../runs/run.ts';

/** What a person wrote to let files pass, as the service shows it now. */
export interface AllowSaid {
  paths: readonly string[];
  /** An account of a person who is not the agent, in words that everyone can read who sees the ticket. */
  isByPerson: boolean;
  isEdited: boolean;
  createdAt: number;
}

/** The work of a ticket that was refused and waits to be let pass. */
export interface WaitingRefused {
  /** Of the newest such run: only this one can be let pass. */
  work: RefusedWork;
  /** When people could read of it, by the clock of what was said. */
  toldAt: number;
  /** Of the runs before it, newest first: theirs was replaced by the newest. */
  earlier: readonly RefusedWork[];
}

export type AllowJudgement =
  /** What it says is no such word: it asks for work like any other. */
  { kind: 'none' } | { kind: 'refused'; refusal: AllowRefusal } | { kind: 'allowed'; files: AllowedFile[] };

/**
 * What a word lets pass: each rule that refused a named file in the newest run, and nothing else. Who said it has
 * still to be a maintainer. A file that was not refused makes all of it void, so that a person sees what they let
 * pass. Where nothing that is named was refused in any run whose work waits, words that are no paths are work to be
 * done; a name that is protected is a path, also one without a dot (`CODEOWNERS`).
 */
export function judgeAllow(
  said: AllowSaid,
  refused: WaitingRefused | undefined,
  { allowRefused, protectedPaths }: Pick<Binding, 'allowRefused' | 'protectedPaths'>,
): AllowJudgement {
  const files = refused?.work.files ?? [];
  const others = said.paths.filter((path) => !files.some((file) => file.path === path));
  const findProtection = createPathMatcher(protectedPaths);
  const earlier = others.filter((path) => refused?.earlier.some((work) => names(work, path)));
  const isPath = (word: string) => looksLikePath(word) || findProtection(word) !== undefined;
  const namesRefused = others.length < said.paths.length || earlier.length > 0;
  if (!namesRefused && !said.paths.every(isPath)) return { kind: 'none' };
  const refuse = (refusal: AllowRefusal): AllowJudgement => ({ kind: 'refused', refusal });
  if (!said.isByPerson) return refuse({ reason: 'allow-by-no-person' });
  if (said.isEdited) return refuse({ reason: 'allow-edited' });
  if (allowRefused === 'off') return refuse({ reason: 'allow-off' });
  if (!refused) return refuse({ reason: 'allow-of-nothing' });
  if (said.createdAt <= refused.toldAt) return refuse({ reason: 'allow-of-older-refusal' });
  if (others.length > 0)
    return refuse({ reason: 'allow-of-other-files', paths: others, ...(earlier.length > 0 ? { earlier } : {}) });
  const named = files.filter(({ path }) => said.paths.includes(path));
  const never = named.filter((file) => file.never);
  if (never.length > 0)
    return refuse({ reason: 'allow-never', files: never.map(({ path, rule }) => ({ path, rule })) });
  return { kind: 'allowed', files: named.map(({ never: _, ...file }) => file) };
}

function names({ files }: RefusedWork, path: string): boolean {
  return files.some((file) => file.path === path);
}

function looksLikePath(word: string): boolean {
  return /[/.]/.test(word);
}

/** GitLab's clock may differ from ours, and nothing is read and answered in less. */
const NOTE_CLOCKS_DIFFER_MS = 10 * SECOND;

/** When a note, by GitLab's clock, is surely younger than the end of a run: one before may be about other work. */
export function findReadableAt({ updatedAt }: Pick<Run, 'updatedAt'>): number {
  return updatedAt + NOTE_CLOCKS_DIFFER_MS;
}

/** A coding run of a ticket whose work was refused to its end, and what was refused in it. */
export interface WaitingRefusal<One> {
  run: One;
  work: RefusedWork;
}

/**
 * Finds what was refused of a ticket and waits to be let pass, newest first: all since the last run that did work. A
 * run that ended before anything was refused in it, such as one that was to let files pass and met a conflict, takes
 * nothing from the refusals before it.
 * @throws what `listEvents` does.
 */
export async function findWaitingRefusals<One extends Pick<Run, 'runId' | 'task' | 'state'>>(
  newestFirst: readonly One[],
  listEvents: (runId: string) => Promise<readonly RunEvent[]>,
): Promise<WaitingRefusal<One>[]> {
  const found: WaitingRefusal<One>[] = [];
  for (const run of newestFirst) {
    if (run.task.kind !== 'coding') continue;
    if (run.state === 'done') return found;
    const work = run.state === 'failed' ? findRefusedWork(await listEvents(run.runId)) : undefined;
    if (work) found.push({ run, work });
  }
  return found;
}
