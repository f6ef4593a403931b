import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EvidenceFiles } from '../../domain/ports/evidence.ts';
import { hasCode } from '../../kernel/has-code.ts';

/**
 * Evidence in a folder. A file appears whole or not at all: it is written beside its place and linked there, so that a
 * process that is killed leaves no half one. The calls are the ones that wait: a file is small, and handing each of the
 * five steps of one to another thread takes ten times as long as the step.
 */
export function createDirectoryFiles(folder: string): EvidenceFiles {
  // An audit writes thousands of files into two folders.
  const made = new Set<string>();
  const makeFolderOf = (file: string): void => {
    const parent = path.dirname(file);
    if (!made.has(parent)) mkdirSync(parent, { recursive: true });
    made.add(parent);
  };
  return {
    async create(name, text) {
      const target = path.join(folder, name);
      const draft = `${target}.${randomUUID()}.part`;
      makeFolderOf(target);
      writeFileSync(draft, text);
      try {
        linkSync(draft, target);
        return true;
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false;
        throw error;
      } finally {
        unlinkSync(draft);
      }
    },
    async find(name) {
      try {
        return readFileSync(path.join(folder, name), 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
    async list(below) {
      try {
        const names = readdirSync(path.join(folder, below));
        return names
          .filter((name) => !name.endsWith('.part'))
          .map((name) => `${below}${name}`)
          .sort();
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return [];
        throw error;
      }
    },
  };
}
