import * as z from 'zod';

/** As much of Stryker's report (mutation-testing-report-schema 2) as is printed. */
export const MutationReport = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          status: z.string(),
          mutatorName: z.string(),
          replacement: z.string().optional(),
          location: z.object({ start: z.object({ line: z.int() }) }),
        }),
      ),
    }),
  ),
});
export type MutationReport = z.infer<typeof MutationReport>;

const NOTICED = new Set(['Killed', 'Timeout']);
const UNNOTICED = new Set(['Survived', 'NoCoverage']);

/** The score of a room, and each mutant that no test noticed: where, what stood there, and what stood there instead. */
export function formatMutants(room: string, { files }: MutationReport): string {
  const mutants = Object.entries(files).flatMap(([file, { source, mutants: all }]) =>
    all.map((mutant) => ({ ...mutant, file, text: source.split('\n')[mutant.location.start.line - 1]?.trim() ?? '' })),
  );
  const noticed = mutants.filter(({ status }) => NOTICED.has(status)).length;
  const survivors = mutants.filter(({ status }) => UNNOTICED.has(status));
  const total = noticed + survivors.length;
  const score = total === 0 ? 'no mutants' : `${Math.floor((100 * noticed) / total)} % (${noticed} of ${total})`;
  const lines = survivors.map(({ file, location, status, mutatorName, replacement = '', text }) => {
    const instead = replacement.replaceAll(/\s+/g, ' ').slice(0, 80);
    const why = status === 'NoCoverage' ? ', no test' : '';
    return `  ${file}:${location.start.line} ${mutatorName}${why}: ${text.slice(0, 100)}  ->  ${instead}`;
  });
  return [`${room}: ${score}`, ...lines].join('\n');
}
