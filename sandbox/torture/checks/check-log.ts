import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Violation } from './violation.ts';

/** Signs of a defect that had no effect this time. */
const DEFECTS = [
  /"event":"(?:unexpected error|perform threw)"/,
  /\b(?:TypeError|RangeError|ReferenceError|SyntaxError|AssertionError)\b/,
  /unhandled/i,
];
/** What an HTTP client says about a cut connection is no defect of ours. */
const FOREIGN = /fetch failed|terminated|"code":"UND_ERR|is not valid JSON|Unexpected (?:token|end)/;

/** No process ended by itself, and no line speaks of a mistake in the program. */
export function checkLog({ log, functions }: Pick<TortureEnvironment, 'log' | 'functions'>): Violation[] {
  const lines = log.filter(
    (line) => DEFECTS.some((sign) => sign.test(line)) && !FOREIGN.test(line) && !line.includes(' TORTURE '),
  );
  const events = Map.groupBy(lines, (line) => /"event":"([^"]+)"/.exec(line)?.[1] ?? line.slice(0, 100));
  return [
    ...functions.endedAlone.map((ending) => ({
      kind: 'defect' as const,
      what: `an instance of the functions ended by itself, ${ending}`,
      ids: [ending.split(':')[0] ?? ending],
    })),
    ...[...events].map(([event, found]) => ({
      kind: 'defect' as const,
      what: `${found.length} log lines "${event}": ${found[0]?.slice(0, 400)}`,
      ids: [],
    })),
  ];
}
