import type * as z from 'zod';
import { isObject } from '../../../../kernel/is-object.ts';

type Fits = (value: unknown) => boolean;

/**
 * Whether a value of JSON is already what the schema makes of it, but for members that the schema does not name. To see
 * that costs a fraction of making a copy of each of the hundred thousand items a release has. `false` says nothing: the
 * value may be wrong or need a default, or the schema may have a part that is not known here. Then the schema decides.
 */
export function fitsSchema(schema: z.core.$ZodType): Fits {
  const known = made.get(schema);
  if (known) return known;
  const fits = makeFits(schema as z.core.$ZodTypes);
  made.set(schema, fits);
  return fits;
}

/** Schemas of answers are constants of their modules. */
const made = new WeakMap<z.core.$ZodType, Fits>();

function makeFits(schema: z.core.$ZodTypes): Fits {
  const { def } = schema._zod;
  if (def.checks && def.checks.length > 0) return NEVER;
  switch (def.type) {
    case 'string':
      return 'format' in def ? NEVER : isString;
    case 'number':
      return fitsNumber(def);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'enum':
      return fitsEnum(def.entries);
    case 'nullable':
      return fitsOr(null, fitsSchema(def.innerType));
    case 'optional':
      return fitsOr(undefined, fitsSchema(def.innerType));
    case 'default':
    case 'catch':
      return fitsSchema(def.innerType);
    case 'array':
      return fitsArray(fitsSchema(def.element));
    case 'record':
      return fitsRecord(def);
    case 'object':
      return def.catchall ? NEVER : fitsObject(def.shape);
    default:
      return NEVER;
  }
}

const NEVER: Fits = () => false;

const isString: Fits = (value) => typeof value === 'string';

function fitsNumber(def: z.core.$ZodNumberDef): Fits {
  if (!('format' in def)) return Number.isFinite;
  return def.format === 'safeint' ? Number.isSafeInteger : NEVER;
}

function fitsEnum(entries: z.core.util.EnumLike): Fits {
  const values = new Set<unknown>(Object.values(entries));
  return (value) => typeof value === 'string' && values.has(value);
}

function fitsOr(absent: null | undefined, fits: Fits): Fits {
  return (value) => value === absent || fits(value);
}

function fitsArray(fits: Fits): Fits {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!fits(item)) return false;
    return true;
  };
}

function fitsRecord({ keyType, valueType }: z.core.$ZodRecordDef): Fits {
  if (fitsSchema(keyType) !== isString) return NEVER;
  const fits = fitsSchema(valueType);
  return (value) => {
    if (!isObject(value)) return false;
    // The schema leaves a member of this name out.
    for (const key of Object.keys(value)) if (key === '__proto__' || !fits(value[key])) return false;
    return true;
  };
}

function fitsObject(shape: z.core.$ZodShape): Fits {
  const members = Object.entries(shape).map(([key, member]) => ({ key, fits: fitsSchema(member) }));
  return (value) => {
    if (!isObject(value)) return false;
    for (const { key, fits } of members) if (!fits(value[key])) return false;
    return true;
  };
}
