import { sha256 } from '../kernel/sha256.ts';
import type { MapSettings } from './settings/map-settings.ts';

/** The same for the same settings, so that a start sees whether they changed since a map was put in force. */
export function digestMapSettings({ text, source }: MapSettings): string {
  return sha256(JSON.stringify([source, text])).slice(0, 32);
}
