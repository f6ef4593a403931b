import { createHash } from 'node:crypto';
import type { MapSettings } from './settings/map-settings.ts';

/** The same for the same settings, so that a start sees whether they changed since a map was put in force. */
export function digestMapSettings({ text, source }: MapSettings): string {
  return createHash('sha256')
    .update(JSON.stringify([source, text]))
    .digest('hex')
    .slice(0, 32);
}
