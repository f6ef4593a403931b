import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Repository } from './git.ts';
import { buildGitEnvironment } from './git-environment.ts';

/** What a name stands for. */
export interface GitObject {
  oid: string;
  type: string;
  sizeBytes: number;
  /** Of `contents` alone. */
  content: Buffer;
}

/** git-cat-file(1), `--batch-command`. */
type Question = 'info' | 'contents';

/**
 * What names of objects and commits stand for now, in order; `undefined` where a name stands for nothing. One git
 * process answers for as long as a clone is asked again within two seconds: starting one costs more than most answers.
 * The caller bounds how much it asks for.
 * @throws {TaskError} `git-failed`, `git-timed-out`. Throws the signal's reason when aborted.
 */
export async function readObjects(
  repository: Repository,
  question: Question,
  names: readonly string[],
  signal: AbortSignal,
): Promise<(GitObject | undefined)[]> {
  if (names.length === 0) return [];
  if (names.some((name) => name.includes('\n'))) throw new TaskError('git-failed', { detail: 'a name of two lines' });
  signal.throwIfAborted();
  const turn = (turns.get(repository) ?? Promise.resolve()).then(() => ask(repository, question, names, signal));
  turns.set(
    repository,
    turn.then(
      () => {},
      () => {},
    ),
  );
  return turn;
}

/** Answers come in the order of the questions, so the next one waits for the last. */
const turns = new WeakMap<Repository, Promise<void>>();
const readers = new WeakMap<Repository, Reader>();

const ANSWER_TIMEOUT_MS = 1 * MINUTE;
/** Windows deletes no file that a process has open, such as the packs of a clone that is about to be removed. */
const IDLE_MS = process.platform === 'win32' ? 0 : 2 * SECOND;

interface Reader {
  child: ChildProcessWithoutNullStreams;
  /** Ends the wait for the next question. */
  stopWaiting(): void;
}

async function ask(
  repository: Repository,
  question: Question,
  names: readonly string[],
  signal: AbortSignal,
): Promise<(GitObject | undefined)[]> {
  signal.throwIfAborted();
  const reader = readers.get(repository) ?? start(repository);
  readers.set(repository, reader);
  reader.stopWaiting();
  try {
    const answers = await converse(repository, reader, { question, names }, signal);
    endWhenIdle(repository, reader);
    return answers;
  } catch (error) {
    // What it would still say is the answer to this question.
    readers.delete(repository);
    reader.child.kill('SIGKILL');
    throw error;
  }
}

function start(repository: Repository): Reader {
  const { git, gitDir, workTree } = repository;
  const child = spawn('git', ['cat-file', '--batch-command', '--buffer'], {
    cwd: git.homeDirectory,
    env: buildGitEnvironment(git, { gitDir, workTree }),
    stdio: 'pipe',
  });
  child.stderr.resume();
  // Its end says what a broken pipe means, and what cannot be started what is wrong.
  child.stdin.on('error', () => {});
  child.on('error', () => {});
  const reader = { child, stopWaiting: () => {} };
  child.once('exit', () => {
    if (readers.get(repository) === reader) readers.delete(repository);
  });
  return reader;
}

function endWhenIdle(repository: Repository, reader: Reader): void {
  const asked = new AbortController();
  reader.stopWaiting = () => asked.abort();
  repository.git.clock.sleep(IDLE_MS, asked.signal).then(
    () => {
      if (readers.get(repository) === reader) readers.delete(repository);
      reader.child.stdin.end();
    },
    () => {
      // Asked again.
    },
  );
}

async function converse(
  { git }: Repository,
  { child }: Reader,
  { question, names }: { question: Question; names: readonly string[] },
  signal: AbortSignal,
): Promise<(GitObject | undefined)[]> {
  const { promise, resolve, reject } = Promise.withResolvers<(GitObject | undefined)[]>();
  const over = new AbortController();
  const parser = createParser(question, names.length);
  const onData = (chunk: Buffer) => {
    const answers = parser.add(chunk);
    if (answers) resolve(answers);
  };
  const fail = (detail: string) => () => reject(new TaskError('git-failed', { detail: `git cat-file ${detail}` }));
  const onClose = fail('ended before it answered');
  const onError = fail('could not be started');
  const onAbort = () => reject(signal.reason);
  child.stdout.on('data', onData);
  child.once('close', onClose);
  child.once('error', onError);
  signal.addEventListener('abort', onAbort, { once: true });
  git.clock.sleep(ANSWER_TIMEOUT_MS, over.signal).then(
    () => reject(new TaskError('git-timed-out', { detail: 'git cat-file' })),
    () => {
      // Answered in time.
    },
  );
  child.stdin.write(`${names.map((name) => `${question} ${name}\n`).join('')}flush\n`);
  try {
    return await promise;
  } finally {
    over.abort();
    child.stdout.off('data', onData);
    child.off('close', onClose);
    child.off('error', onError);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Takes output as it comes and gives all answers once they are complete. */
function createParser(
  question: Question,
  count: number,
): { add(chunk: Buffer): (GitObject | undefined)[] | undefined } {
  const answers: (GitObject | undefined)[] = [];
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = 0;

  /** The next answer, or how many bytes must be there before it is worth another look. */
  function takeAnswer(): boolean {
    if (size < wanted) return false;
    const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    chunks = [bytes];
    const lineEnd = bytes.indexOf('\n');
    if (lineEnd < 0) return false;
    const found = /^([0-9a-f]+) (\w+) (\d+)$/.exec(bytes.toString('utf8', 0, lineEnd));
    const [, oid = '', type = '', length = '0'] = found ?? [];
    const contentEnd = lineEnd + 1 + Number(length);
    const end = found && question === 'contents' ? contentEnd + 1 : lineEnd + 1;
    if (size < end) {
      wanted = end;
      return false;
    }
    const content = question === 'contents' ? bytes.subarray(lineEnd + 1, contentEnd) : Buffer.alloc(0);
    answers.push(found ? { oid, type, sizeBytes: Number(length), content } : undefined);
    chunks = [bytes.subarray(end)];
    size -= end;
    wanted = 0;
    return true;
  }

  return {
    add(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      while (answers.length < count && takeAnswer());
      return answers.length === count ? answers : undefined;
    },
  };
}
