import type { Change, Fields } from './rows.ts';

/** Azure Table Storage: 64 KiB per string property, counted in UTF-16. */
export const MAX_STRING_LENGTH = 32_768;
/** Of one transaction. */
export const MAX_CHANGES = 100;

/** @throws {RangeError} for a write the table service would refuse, in our words and before anything is sent. */
export function assertWritable(changes: readonly Change[]): void {
  if (changes.length === 0 || changes.length > MAX_CHANGES)
    throw new RangeError(`A write has 1 to ${MAX_CHANGES} changes`);
  if (new Set(changes.map(({ key }) => key)).size !== changes.length)
    throw new RangeError('A write names each key once');
  for (const change of changes) {
    if (!/^[A-Za-z0-9._~:!-]{1,1024}$/.test(change.key))
      throw new RangeError(`Not a table key: ${JSON.stringify(change.key)}`);
    if (change.kind !== 'remove') assertFields(change.fields);
    else if (change.version !== undefined && changes.length > 1)
      throw new RangeError('A conditional remove stands alone');
  }
}

function assertFields(fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' && value.length > MAX_STRING_LENGTH) {
      throw new RangeError(
        `The field ${name} has ${value.length} characters; a table property holds ${MAX_STRING_LENGTH}`,
      );
    }
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new RangeError(`The field ${name} is not a finite number`);
  }
}
