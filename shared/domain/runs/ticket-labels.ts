import { sameName } from '../../kernel/text/same-name.ts';

/** Far above what people give a ticket, and far below what a row holds. */
const MAX_LABELS = 50;
/** Jira takes no longer ones. */
const MAX_LABEL_LENGTH = 255;
const MAX_TOGETHER = 2000;

/**
 * Labels as a run record keeps them: each once, the first ones as many as fit, so that a ticket with very many can
 * neither fill the record nor keep a run from being written.
 */
export function fitLabels(labels: readonly string[]): string[] {
  const kept: string[] = [];
  let together = 0;
  for (const label of new Set(labels)) {
    // As it is stored: JSON may need six characters for one.
    const length = JSON.stringify(label).length;
    if (label.length > MAX_LABEL_LENGTH || together + length > MAX_TOGETHER) continue;
    kept.push(label);
    together += length;
    if (kept.length === MAX_LABELS) break;
  }
  return kept;
}

/** Whether a run is known to have seen a label, compared as Jira does. Where its labels are not known, it has none. */
export function hasLabel(labels: readonly string[] | undefined, label: string): boolean {
  return labels?.some((one) => sameName(one, label)) ?? false;
}
