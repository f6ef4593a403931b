import type { CliIO } from '../../io/io.ts';

/** Says why a claim was left as it is; exit code 1. */
export function refuseClaim(error: string, json: boolean, io: CliIO): number {
  io.warn(`cmap: ${error}`);
  if (json) io.print(JSON.stringify({ ok: false, error }, null, 2));
  return 1;
}

/** Somebody else was faster than the person. */
export function refuseChanged(scope: string, json: boolean, io: CliIO): number {
  return refuseClaim(
    `the claim on ${scope} changed at this moment; nothing was done, see \`cmap claims ls\``,
    json,
    io,
  );
}
