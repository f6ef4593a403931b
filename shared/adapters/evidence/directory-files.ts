import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvidenceFiles } from '../../domain/ports/evidence.ts';
import { hasCode } from '../../kernel/has-code.ts';

/**
 * Evidence in a folder. A file appears whole or not at all: it is written beside its place and linked there, so that a
 * process that is killed leaves no half one.
 */
export function createDirectoryFiles(folder: string): EvidenceFiles {
  // An audit writes thousands of files into two folders.
  const made = new Map<string, Promise<unknown>>();
  const folderOf = (file: string): Promise<unknown> => {
    const parent = path.dirname(file);
    const making = made.get(parent) ?? mkdir(parent, { recursive: true });
    made.set(parent, making);
    return making;
  };
  return {
    async create(name, text) {
      const target = path.join(folder, name);
      const draft = `${target}.${randomUUID()}.part`;
      await folderOf(target);
      await writeFile(draft, text);
      try {
        await link(draft, target);
        return true;
      } catch (error) {
        if (hasCode(error, 'EEXIST')) return false;
        throw error;
      } finally {
        await unlink(draft);
      }
    },
    async find(name) {
      try {
        return await readFile(path.join(folder, name), 'utf8');
      } catch (error) {
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    },
    async list(below) {
      try {
        const names = await readdir(path.join(folder, below));
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
