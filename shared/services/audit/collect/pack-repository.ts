import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';

/** The facts of a repository as compressed JSON: about a tenth of what they need as objects. */
export interface PackedRepository {
  /** Path of the project. */
  repository: string;
  bytes: Buffer;
}

export function packRepository(facts: RepositoryFacts): PackedRepository {
  return { repository: facts.repository, bytes: zstdCompressSync(JSON.stringify(facts)) };
}

export function unpackRepository({ bytes }: PackedRepository): RepositoryFacts {
  // This program packed it a moment ago, so its shape is known.
  return JSON.parse(textOf(bytes)) as RepositoryFacts;
}

/** Sorted by path, each once. A project that was read under two names gives one of both, always the same one. */
export function uniqueRepositories(packed: readonly PackedRepository[]): PackedRepository[] {
  const byPath = new Map<string, PackedRepository>();
  for (const one of packed) {
    const known = byPath.get(one.repository);
    if (!known || textOf(one.bytes) < textOf(known.bytes)) byPath.set(one.repository, one);
  }
  return [...byPath].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function textOf(bytes: Buffer): string {
  return zstdDecompressSync(bytes).toString('utf8');
}
