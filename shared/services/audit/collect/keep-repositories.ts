import { zstdDecompressSync } from 'node:zlib';
import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';
import { compressInThread } from './compress.ts';
import { createStringInterner } from './intern-strings.ts';

/** The facts of a repository until they are judged. */
export interface KeptRepository {
  /** Path of the project. */
  repository: string;
  /** The facts, which are not kept any more. @throws {TypeError} the second time */
  take(): RepositoryFacts;
  /** The facts as text, to tell two readings of one project apart. */
  text(): string;
}

/** Rows of all repositories together that are kept as objects; they need some 70 MB. */
const MAX_LOOSE_ROWS = 30_000;

/**
 * Keeps repositories from being read to being judged. Those of a large release are kept as compressed JSON, in about a
 * tenth of the memory; those of a small one as they are, because to pack and unpack them is a good part of an audit. It
 * is done part by part, so that answers are taken and the next questions go out meanwhile.
 */
export function createRepositoryKeep(
  maxLooseRows = MAX_LOOSE_ROWS,
): (facts: RepositoryFacts) => Promise<KeptRepository> {
  const internStrings = createStringInterner();
  const loose = new Set<Held>();
  let rows = 0;
  return async (facts) => {
    // No function below may use `facts`: it would live as long as they do.
    const { repository } = facts;
    const held: Held = { loose: facts };
    loose.add(held);
    rows += rowsOf(facts);
    if (rows > maxLooseRows) await packAll(loose);
    const find = (): RepositoryFacts => {
      if (held.loose) return held.loose;
      if (!held.packed) throw new TypeError(`The facts of ${repository} were taken already.`);
      return internStrings(unpack(held.packed));
    };
    return {
      repository,
      take() {
        const taken = find();
        loose.delete(held);
        delete held.loose;
        delete held.packed;
        return taken;
      },
      text: () => JSON.stringify(find()),
    };
  };
}

function rowsOf(facts: RepositoryFacts): number {
  return LISTS.reduce((sum, list) => sum + facts[list].length, 0);
}

/** One repository in one form or the other; in none once it was taken. */
interface Held {
  loose?: RepositoryFacts;
  packed?: PackedRepository;
}

async function packAll(loose: Set<Held>): Promise<void> {
  const all = [...loose];
  // Each is packed once, also where several repositories are kept at a time.
  loose.clear();
  for (const held of all) {
    if (held.loose) held.packed = await pack(held.loose);
    delete held.loose;
  }
}

/** Sorted by path, each once. A project that was read under two names gives one of both, always the same one. */
export function uniqueRepositories<Kept extends KeptRepository>(all: readonly Kept[]): Kept[] {
  const byPath = new Map<string, Kept>();
  for (const one of all) {
    const known = byPath.get(one.repository);
    if (!known || one.text() < known.text()) byPath.set(one.repository, one);
  }
  return [...byPath].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

interface PackedRepository {
  /** Everything but the long lists. */
  rest: Buffer;
  /** Some items of a list in each. */
  parts: { list: List; bytes: Buffer }[];
}

const LISTS = ['commits', 'elsewhere', 'mergeRequests'] as const;
type List = (typeof LISTS)[number];

/**
 * Items in one text of JSON. A text of a thousand of them takes ten times as long for each: it is too large for the
 * space of young objects, and all of its memory is new to the process.
 */
const ITEMS = 16;

/** Bytes that are compressed together: enough for a good compression, few enough to be in memory used before. */
const PART_BYTES = 1 << 18;

async function pack(facts: RepositoryFacts): Promise<PackedRepository> {
  const rest = await compressInThread(JSON.stringify({ ...facts, commits: [], elsewhere: [], mergeRequests: [] }));
  const parts: PackedRepository['parts'] = [];
  for (const list of LISTS)
    for (const part of partsOf(facts[list])) parts.push({ list, bytes: await compressInThread(part) });
  return { rest, parts };
}

/** The items as lines of JSON, in parts that are good until the next one is taken. */
function* partsOf(items: readonly unknown[]): Generator<Buffer> {
  if (items.length === 0) return;
  const part = Buffer.allocUnsafe(PART_BYTES);
  let size = 0;
  for (let start = 0; start < items.length; start += ITEMS) {
    const line = `${JSON.stringify(items.slice(start, start + ITEMS))}\n`;
    // Three bytes at most for each unit of a text.
    const isLong = line.length * 3 > part.byteLength - size;
    if (isLong && size > 0) {
      yield part.subarray(0, size);
      size = 0;
    }
    if (line.length * 3 > part.byteLength) yield Buffer.from(line);
    else size += part.write(line, size);
  }
  if (size > 0) yield part.subarray(0, size);
}

function unpack({ rest, parts }: PackedRepository): RepositoryFacts {
  // This program packed all of it a moment ago, so the shapes are known.
  const facts = JSON.parse(zstdDecompressSync(rest).toString('utf8')) as RepositoryFacts;
  for (const { list, bytes } of parts)
    for (const items of linesOf(zstdDecompressSync(bytes, { chunkSize: PART_BYTES + 1 })))
      (facts[list] as unknown[]).push(...(JSON.parse(items) as unknown[]));
  return facts;
}

const LINE_END = 10;

function* linesOf(part: Buffer): Generator<string> {
  for (let start = 0, end = part.indexOf(LINE_END); end >= 0; start = end + 1, end = part.indexOf(LINE_END, start))
    yield part.toString('utf8', start, end);
}
