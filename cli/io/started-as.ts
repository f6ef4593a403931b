/**
 * What a person types to start this program, by the environment it was started in: `npx cmap` where npx runs the one
 * of this folder, which no PATH has. Other programs that npx runs hand the same variables on to what they start, with
 * their own name as the script.
 */
export function startedAs(env: Readonly<Record<string, string | undefined>>): 'cmap' | 'npx cmap' {
  const isFromHere = env['npm_lifecycle_event'] === 'npx' && env['npm_package_name'] === 'cmap';
  return isFromHere && /^\W*cmap\b/.test(env['npm_lifecycle_script'] ?? '') ? 'npx cmap' : 'cmap';
}
