import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const Names = z.record(z.string(), z.string()).default({});
const Entry = z.object({
  dependencies: Names,
  devDependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).default({}),
});
const Lock = z.object({ packages: z.record(z.string(), Entry) });
type Packages = z.infer<typeof Lock>['packages'];

const readLock = (folder: string): Packages =>
  Lock.parse(JSON.parse(readFileSync(path.resolve(import.meta.dirname, '..', folder, 'package-lock.json'), 'utf8')))
    .packages;

describe('package-lock.json', () => {
  // Where npm resolves beside a node_modules of one system, it leaves out what others need. `npm ci` of npm 11 then
  // refuses the file, and other versions install half of it.
  it.each(['.', 'scripts/mutants'])(
    'of %s holds every package that one of it names, those of each system',
    (folder) => {
      const packages = readLock(folder);
      // A folder of the project finds what it lacks in the project.
      const around = folder === '.' ? {} : readLock('.');
      const missing = Object.entries(packages).flatMap(([place, entry]) =>
        namesOf(entry)
          .filter((name) => !isThere(place, name, packages) && !(`node_modules/${name}` in around))
          .map((name) => `${place || 'package.json'} needs ${name}`),
      );
      expect(Object.keys(packages).length).toBeGreaterThan(50);
      expect(missing).toEqual([]);
    },
  );

  it.each(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'])(
    'has what the agent and the tools run natively on %s',
    (system) => {
      const names = Object.keys(readLock('.')).filter((place) => place.includes(system));
      for (const family of ['@github/copilot-sdk', '@biomejs/cli', '@esbuild', '@rolldown/binding'])
        expect(
          names.filter((name) => name.includes(family)),
          family,
        ).not.toEqual([]);
    },
  );
});

function namesOf(entry: z.infer<typeof Entry>) {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = entry;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [dependencies, devDependencies, optionalDependencies].flatMap(Object.keys).concat(peers);
}

/** As Node looks for a package: in its own folder, then in that of each package it lies in. */
function isThere(place: string, name: string, packages: Packages): boolean {
  for (let folder = place; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('node_modules/') - 1, 0))) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}
