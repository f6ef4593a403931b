import { parseRemoteUrl } from '../git-remote/parse-remote-url.ts';
import { type GitRun, runGit } from './run-git.ts';

/** A local clone, as far as an audit has to know it. */
export interface Clone {
  gitDirectory: string;
  /** Paths of the projects that its remotes name, `group/app`. */
  repositories: string[];
  /** It has not all commits. */
  shallow: boolean;
  /** It has not all files: it was cloned with `--filter`. */
  partial: boolean;
}

/** The clone that a folder belongs to; `undefined` when it belongs to none. @throws {TaskError} `clone-unreadable` */
export async function openClone(
  directory: string,
  { environment, gitlabUrl }: Pick<GitRun, 'environment'> & { gitlabUrl?: string | undefined },
): Promise<Clone | undefined> {
  const run = async (...args: string[]) => runGit(args, { environment, directory });
  const places = await run('rev-parse', '--absolute-git-dir', '--is-shallow-repository');
  const [gitDirectory, shallow] = places.text.split('\n');
  if (places.exitCode !== 0 || !gitDirectory) return undefined;
  const settings = await run('config', '--get-regexp', '^(remote\\..*\\.(url|promisor)|extensions\\.partialclone)$');
  const pairs = settings.text
    .split('\n')
    .filter(Boolean)
    .map((line) => ({ key: line.split(' ', 1)[0] ?? '', value: line.slice(line.indexOf(' ') + 1) }));
  const urls = pairs.filter(({ key }) => key.endsWith('.url')).map(({ value }) => value);
  return {
    gitDirectory,
    repositories: [...new Set(urls.flatMap((url) => parseRemoteUrl(url, { gitlabUrl })?.repo ?? []))],
    shallow: shallow === 'true',
    partial: pairs.some(({ key }) => !key.endsWith('.url')),
  };
}
