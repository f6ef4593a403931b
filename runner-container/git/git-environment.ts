import type { Git, Remote } from './git.ts';

export interface GitPlace {
  gitDir?: string | undefined;
  workTree?: string | undefined;
  indexFile?: string | undefined;
}

/** GitLab takes any user name with a token; this is the one its documentation uses. */
const TOKEN_USERNAME = 'oauth2';
const TOKEN_VARIABLE = 'CMAP_GIT_TOKEN';

/**
 * The whole environment of one git command. Settings travel as `GIT_CONFIG_*` variables: they win over every file. The
 * token is one variable, read by a credential helper that answers for the remote's own origin only, so a redirect or a
 * submodule elsewhere is not given it.
 */
export function buildGitEnvironment(git: Git, place: GitPlace, remote?: Remote): Record<string, string> {
  const settings = [...SAFE_SETTINGS, ...(remote ? credentialSettings(remote) : [])];
  return {
    ...git.environment,
    // Messages are never parsed, but people read them in logs.
    LC_ALL: 'C.UTF-8',
    HOME: git.homeDirectory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: git.allowedProtocols.join(':'),
    ...(place.gitDir && { GIT_DIR: place.gitDir }),
    ...(place.workTree && { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile && { GIT_INDEX_FILE: place.indexFile }),
    ...(remote?.credential && { [TOKEN_VARIABLE]: remote.credential.reveal() }),
    ...toConfigVariables(settings),
  };
}

type Setting = readonly [key: string, value: string];

const SAFE_SETTINGS: readonly Setting[] = [
  // Nothing a repository brings may start a program.
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.pager', 'cat'],
  ['core.attributesFile', '/dev/null'],
  // An agent can set the time of writing back, and so hide a change of the same size; the time of change it cannot.
  ['core.trustctime', 'true'],
  ['core.checkStat', 'default'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['diff.ignoreSubmodules', 'all'],
  ['commit.gpgSign', 'false'],
  // Look-alikes of `.git` on other file systems are refused here too.
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['core.quotePath', 'true'],
  // A clone lives for one run: no housekeeping, no waiting for the disk.
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.fsync', 'none'],
  ['advice.detachedHead', 'false'],
  ['http.followRedirects', 'false'],
  // A connection that carries less than 1 kB/s for a minute is dead.
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
  ['credential.helper', ''],
];

function credentialSettings({ cloneUrl, credential }: Remote): Setting[] {
  if (!credential || !URL.canParse(cloneUrl)) return [];
  const { protocol, origin } = new URL(cloneUrl);
  if (protocol !== 'https:' && protocol !== 'http:') return [];
  const answer = `!f() { test "$1" = get && printf 'username=${TOKEN_USERNAME}\\npassword=%s\\n' "$${TOKEN_VARIABLE}"; }; f`;
  return [[`credential.${origin}.helper`, answer]];
}

function toConfigVariables(settings: readonly Setting[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  settings.forEach(([key, value], index) => {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return variables;
}
