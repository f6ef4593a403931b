import { listWrittenTexts, type WrittenText } from '../../sandbox/environment/list-written-texts.ts';
import type { Environment } from '../../sandbox/environment/start-environment.ts';

/** What only the product's own records and logs call things by, and what a text shows where a value is missing. */
const INTERNAL: readonly RegExp[] = [
  /\b(?:mr|issue|audit|coding|review|reply|update|merge)~[\w-]+/,
  /\bproject \d+ ?!\d+/,
  /(?<![\w/-])\d+!\d+\b/,
  /\/cmap-(?:environment|runner|workspace)-/,
  /\[object \w+\]|\bundefined\b|\bNaN\b/,
];

/** The same deployment; when it is closed, each text of the agent in it was one that people can read. */
export function withReadableTexts(environment: Environment): Environment {
  return {
    ...environment,
    async close() {
      const texts = listWrittenTexts(environment);
      await environment.close();
      const unreadable = findInternalNames(texts);
      if (unreadable.length > 0) throw new Error(`internal names were shown to people:\n${unreadable.join('\n')}`);
    },
  };
}

/** Each internal name with its place and the text around it. */
export function findInternalNames(texts: readonly WrittenText[]): string[] {
  return texts.flatMap(({ place, text }) => {
    // Markers are shown to no person.
    const shown = text.replace(/<!--[\s\S]*?-->/g, '');
    return INTERNAL.flatMap((pattern) => {
      const found = pattern.exec(shown);
      return found ? [`${place}: ${shown.slice(Math.max(0, found.index - 60), found.index + 60)}`] : [];
    });
  });
}
