import { REPO_PATH } from './mapping-source.ts';

/** The repository path inside a clone address, for advice where the address was written instead of the path. */
export function repoFromUrl(text: string): string | undefined {
  const path =
    /^[a-z+]+:\/\/[^/]+\/+(.+)$/i.exec(text)?.[1] ??
    /^[^/\s]+@[^/\s:]+:\/*(.+)$/.exec(text)?.[1] ??
    /^\/(.+)$/.exec(text)?.[1];
  const trimmed = path
    ?.replace(/\/-\/.*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  return trimmed !== undefined && REPO_PATH.test(trimmed) ? trimmed : undefined;
}
