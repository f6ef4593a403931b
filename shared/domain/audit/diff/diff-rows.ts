import { canonicalJson } from '../../../kernel/canonical-json.ts';
import { compareText } from '../report/compare-text.ts';
import type { FieldChange, RowsDiff } from './audit-diff.ts';

/**
 * Compares two lists of rows by id, and rows of one id field by field. `without` names fields that do not count. The
 * order of rows does not count, that of a list within a row does.
 */
export function diffRows<Row extends object>(
  a: readonly Row[],
  b: readonly Row[],
  idOf: (row: Row) => string,
  without: readonly (keyof Row & string)[] = [],
): RowsDiff {
  const before = new Map(a.map((row) => [idOf(row), row]));
  const after = new Map(b.map((row) => [idOf(row), row]));
  const changed = [...before].flatMap(([id, row]) => {
    const other = after.get(id);
    const fields = other ? diffFields(row, other, without) : [];
    return fields.length > 0 ? [{ id, fields }] : [];
  });
  return {
    added: [...after.keys()].filter((id) => !before.has(id)).sort(compareText),
    removed: [...before.keys()].filter((id) => !after.has(id)).sort(compareText),
    changed: changed.sort((x, y) => compareText(x.id, y.id)),
  };
}

function diffFields<Row extends object>(a: Row, b: Row, without: readonly (keyof Row & string)[]): FieldChange[] {
  const valuesA = new Map<string, unknown>(Object.entries(a));
  const valuesB = new Map<string, unknown>(Object.entries(b));
  return [...new Set([...valuesA.keys(), ...valuesB.keys()])]
    .filter((field) => !without.some((one) => one === field))
    .sort(compareText)
    .map((field) => ({ field, a: toJson(valuesA.get(field)), b: toJson(valuesB.get(field)) }))
    .filter((change) => canonicalJson(change.a) !== canonicalJson(change.b));
}

/** Rows of a report come from JSON, so every value is JSON; what is missing is null. */
function toJson(value: unknown): FieldChange['a'] {
  return JSON.parse(canonicalJson(value ?? null)) as FieldChange['a'];
}
