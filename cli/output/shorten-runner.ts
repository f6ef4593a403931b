/**
 * The program of a runner or holder, `cmap-x7-11579` of `cmap-x7-11579/4d1d7c73….1`, without the message it works for:
 * the run says what that is about, and `--json` has all of it.
 */
export function shortenRunner(runner: string): string {
  return runner.split('/')[0] ?? runner;
}
