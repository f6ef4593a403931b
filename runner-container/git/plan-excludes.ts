/**
 * Untracked paths that tools leave behind, as lines for `info/exclude`: what never belongs into a commit, and what the
 * languages of this repository produce. A directory the repository itself tracks files in is never excluded.
 */
export function planExcludes(trackedPaths: readonly string[]): string[] {
  const names = new Set<string>();
  const directories = new Set<string>();
  for (const path of trackedPaths) {
    const parts = path.split('/');
    names.add(parts.pop() ?? '');
    for (const part of parts) directories.add(part);
  }
  const languages = LANGUAGES.filter(({ signs }) => signs.some((sign) => hasSign(names, sign)));
  const candidates = [...ALWAYS, ...languages.flatMap(({ excludes }) => excludes)];
  return [...new Set(candidates)].filter((line) => !line.endsWith('/') || !directories.has(line.slice(0, -1)));
}

const ALWAYS: readonly string[] = [
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
  'core.[0-9]*',
  '.idea/',
  '.copilot/',
];

/** `signs` are file names; one that starts with `*` is an ending. */
const LANGUAGES: readonly { signs: readonly string[]; excludes: readonly string[] }[] = [
  {
    signs: ['package.json'],
    excludes: [
      '.npm/',
      '.yarn/',
      '.pnpm-store/',
      '.next/',
      '.nuxt/',
      '.turbo/',
      'coverage/',
      '.nyc_output/',
      'dist/',
      '*.tsbuildinfo',
      'npm-debug.log*',
    ],
  },
  {
    signs: ['pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt', 'tox.ini'],
    excludes: [
      'venv/',
      '.tox/',
      '.nox/',
      '.eggs/',
      '*.egg-info/',
      'build/',
      'dist/',
      'htmlcov/',
      '.coverage',
      '.hypothesis/',
    ],
  },
  { signs: ['Cargo.toml', 'pom.xml'], excludes: ['target/'] },
  { signs: ['build.gradle', 'build.gradle.kts'], excludes: ['.gradle/', 'build/'] },
  { signs: ['*.csproj', '*.sln', '*.fsproj'], excludes: ['bin/', 'obj/', '.vs/'] },
  { signs: ['CMakeLists.txt'], excludes: ['CMakeFiles/', 'cmake-build-*/', '*.o', '*.obj'] },
  { signs: ['composer.json'], excludes: ['vendor/'] },
  { signs: ['Gemfile'], excludes: ['.bundle/'] },
  { signs: ['*.tf'], excludes: ['.terraform/', '*.tfstate', '*.tfstate.backup'] },
];

function hasSign(names: ReadonlySet<string>, sign: string): boolean {
  if (!sign.startsWith('*')) return names.has(sign);
  for (const name of names) if (name.endsWith(sign.slice(1))) return true;
  return false;
}
