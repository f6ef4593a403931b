import { zstdDecompressSync } from 'node:zlib';
import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';
import { compress } from './compress.ts';

/** The facts of a repository as compressed JSON: about a tenth of what they need as objects. */
export interface PackedRepository {
  /** Path of the project. */
  repository: string;
  /** Everything but the long lists. */
  rest: Buffer;
  /** A part of a list in each. */
  parts: { list: List; bytes: Buffer }[];
}

const LISTS = ['commits', 'elsewhere', 'mergeRequests'] as const;
type List = (typeof LISTS)[number];

/** Items that are packed together: the whole as one text would need as much memory as the objects. */
const ITEMS = 1000;

export function packRepository(facts: RepositoryFacts): PackedRepository {
  const { repository } = facts;
  const rest = pack({ ...facts, commits: [], elsewhere: [], mergeRequests: [] });
  const parts: PackedRepository['parts'] = [];
  for (const list of LISTS)
    for (let start = 0; start < facts[list].length; start += ITEMS)
      parts.push({ list, bytes: pack(facts[list].slice(start, start + ITEMS)) });
  return { repository, rest, parts };
}

export function unpackRepository({ rest, parts }: PackedRepository): RepositoryFacts {
  // This program packed all of it a moment ago, so the shapes are known.
  const facts = unpack(rest) as RepositoryFacts;
  for (const { list, bytes } of parts) (facts[list] as unknown[]).push(...(unpack(bytes) as unknown[]));
  return facts;
}

/** Sorted by path, each once. A project that was read under two names gives one of both, always the same one. */
export function uniqueRepositories(packed: readonly PackedRepository[]): PackedRepository[] {
  const byPath = new Map<string, PackedRepository>();
  for (const one of packed) {
    const known = byPath.get(one.repository);
    if (!known || textOf(one) < textOf(known)) byPath.set(one.repository, one);
  }
  return [...byPath].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function textOf(packed: PackedRepository): string {
  return JSON.stringify(unpackRepository(packed));
}

function pack(value: unknown): Buffer {
  return compress(JSON.stringify(value));
}

function unpack(bytes: Buffer): unknown {
  return JSON.parse(zstdDecompressSync(bytes).toString('utf8'));
}
