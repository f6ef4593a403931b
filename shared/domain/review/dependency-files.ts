import { createPathMatcher } from '../paths/create-path-matcher.ts';

/** Written by package managers from the manifests; also read last where a change is read in parts. */
export const LOCK_FILES = [
  '*.lock',
  '*.lockb',
  '*.lock.hcl',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'packages.lock.json',
  'go.sum',
  'gradle.lockfile',
  'Package.resolved',
];

/** Where versions of dependencies stand, by the names their tools give them. */
const MANIFESTS = [
  'package.json',
  'pnpm-workspace.yaml',
  '.npmrc',
  '.nvmrc',
  '.node-version',
  '.tool-versions',
  'go.mod',
  'go.work',
  'Cargo.toml',
  'rust-toolchain.toml',
  'Gemfile',
  '*.gemspec',
  '.ruby-version',
  'composer.json',
  'pyproject.toml',
  'requirements*.txt',
  'requirements/*.txt',
  'constraints*.txt',
  'setup.cfg',
  'Pipfile',
  '.python-version',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'gradle.properties',
  'libs.versions.toml',
  'gradle-wrapper.properties',
  'verification-metadata.xml',
  '*.csproj',
  '*.fsproj',
  '*.vbproj',
  'Directory.Packages.props',
  'Directory.Build.props',
  'packages.config',
  'global.json',
  'dotnet-tools.json',
  'mix.exs',
  'pubspec.yaml',
  'Podfile',
  'Package.swift',
  'Chart.yaml',
  'Dockerfile*',
  '*.dockerfile',
  'docker-compose*.yml',
  'docker-compose*.yaml',
  'compose*.yml',
  'compose*.yaml',
  '.pre-commit-config.yaml',
  '.gitlab-ci.yml',
  '*.gitlab-ci.yml',
  'versions.tf',
];

const findLockFile = createPathMatcher(LOCK_FILES);
const findManifest = createPathMatcher(MANIFESTS);

/** Whether a package manager writes a file, by its name. */
export function isLockFile(path: string): boolean {
  return findLockFile(path) !== undefined;
}

/** Whether a file says, by its name, which versions of dependencies are used. */
export function isDependencyFile(path: string): boolean {
  return isLockFile(path) || findManifest(path) !== undefined;
}
