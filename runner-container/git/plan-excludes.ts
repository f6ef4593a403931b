/**
 * Untracked paths that tools leave behind, as lines for `info/exclude`: what never belongs into a commit, and what the
 * languages of this repository produce. A name that is a source folder elsewhere (`build/`, `bin/`) counts only beside
 * the project file whose tool makes it, also where the change brings that file (`newPaths`). A directory the repository
 * itself tracks files in is never excluded.
 */
export function planExcludes(trackedPaths: readonly string[], newPaths: readonly string[] = []): string[] {
  const projects = findProjects([...trackedPaths, ...newPaths]);
  const directories = listDirectories(trackedPaths);
  const anywhere = [...LEFT_OVERS, ...projects.flatMap(({ language }) => language.anywhere ?? [])];
  const names = new Set([...directories].map((directory) => directory.slice(directory.lastIndexOf('/') + 1)));
  const beside = projects.flatMap(({ folder, language }) =>
    (language.beside ?? [])
      .filter((name) => !directories.has(`${folder}${name}`))
      .map((name) => `/${escapePattern(folder)}${name}/`),
  );
  return [...new Set([...anywhere.filter((line) => !line.endsWith('/') || !names.has(line.slice(0, -1))), ...beside])];
}

/** Whether one of these paths is the project file of a language whose tools leave something behind. */
export function haveProject(paths: readonly string[]): boolean {
  return findProjects(paths).length > 0;
}

/** What no person would miss in a commit, in any repository. */
export const LEFT_OVERS: readonly string[] = [
  'node_modules/',
  '__pycache__/',
  '*.py[co]',
  '.venv/',
  '.pytest_cache/',
  '.mypy_cache/',
  '.ruff_cache/',
  '.cache/',
  '.DS_Store',
  'Thumbs.db',
  '*.swp',
  '*~',
  ...coreDumps(),
  '.idea/',
  '.copilot/',
];

/** `core.<process>`, as Linux names them; `core.2.js` and the manual page `core.1` are files of people. */
function coreDumps(): string[] {
  return [2, 3, 4, 5, 6, 7].map((digits) => `core.${'[0-9]'.repeat(digits)}`);
}

interface Language {
  /** File names; one that starts with `*` is an ending. */
  signs: readonly string[];
  /** Patterns that mean nothing else wherever they stand. */
  anywhere?: readonly string[];
  /** Directories that its tools make in the folder of the sign. */
  beside?: readonly string[];
}

const LANGUAGES: readonly Language[] = [
  {
    signs: ['package.json'],
    anywhere: [
      '.npm/',
      '.yarn/',
      '.pnpm-store/',
      '.next/',
      '.nuxt/',
      '.turbo/',
      '.nyc_output/',
      '*.tsbuildinfo',
      'npm-debug.log*',
    ],
    beside: ['coverage', 'dist'],
  },
  {
    signs: ['pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'tox.ini'],
    anywhere: ['venv/', '.tox/', '.nox/', '.eggs/', '*.egg-info/', 'htmlcov/', '.coverage', '.hypothesis/'],
    beside: ['build', 'dist'],
  },
  { signs: ['Cargo.toml', 'pom.xml'], beside: ['target'] },
  { signs: ['build.gradle', 'build.gradle.kts'], anywhere: ['.gradle/'], beside: ['build'] },
  { signs: ['*.csproj', '*.fsproj', '*.vbproj'], beside: ['bin', 'obj'] },
  { signs: ['*.sln'], anywhere: ['.vs/'] },
  { signs: ['CMakeLists.txt'], anywhere: ['CMakeFiles/', 'cmake-build-*/', '*.o', '*.obj'] },
  { signs: ['composer.json'], beside: ['vendor'] },
  { signs: ['Gemfile'], anywhere: ['.bundle/'] },
  { signs: ['*.tf'], anywhere: ['.terraform/', '*.tfstate', '*.tfstate.backup'] },
];

interface Project {
  /** With a trailing slash; empty at the root. */
  folder: string;
  language: Language;
}

function findProjects(paths: readonly string[]): Project[] {
  const found = new Map<string, Project>();
  for (const path of paths) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const name = path.slice(folder.length);
    for (const [index, language] of LANGUAGES.entries())
      if (language.signs.some((sign) => isSign(name, sign))) found.set(`${index} ${folder}`, { folder, language });
  }
  return [...found.values()];
}

function isSign(name: string, sign: string): boolean {
  return sign.startsWith('*') ? name.endsWith(sign.slice(1)) : name === sign;
}

function listDirectories(paths: readonly string[]): Set<string> {
  const directories = new Set<string>();
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      directories.add(path.slice(0, end));
  return directories;
}

/** https://git-scm.com/docs/gitignore, "Pattern format": these mean something in a pattern. */
function escapePattern(folder: string): string {
  return folder.replaceAll(/[\\*?[\]]/g, '\\$&');
}
