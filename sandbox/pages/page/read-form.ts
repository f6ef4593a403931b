import type { Context } from 'hono';

/** The texts of a posted form and of the address it went to; files in it are left out. */
export async function readForm({ req }: Context): Promise<Readonly<Record<string, string>>> {
  const fields = Object.entries(await req.parseBody()).filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  );
  return { ...req.query(), ...Object.fromEntries(fields) };
}
