import { expect, it } from 'vitest';

import { isSchedule } from './schedule.ts';

it.each([
  '0 * * * * *',
  '0 */5 * * * *',
  '30 0 9-17 * * 1-5',
  '0 0 8,20 1,15 jan-mar Mon-Fri',
  '0 5/15 * * * *',
  '  0  0 * * * * ',
])('accepts %s', (text) => expect(isSchedule(text)).toBe(true));

it.each([
  '* * * * *',
  '0 * * * * * *',
  '60 * * * * *',
  '0 */0 * * * *',
  '0 0 24 * * *',
  '0 0 0 0 * *',
  '0 0 0 1 13 *',
  '0 5-1 * * * *',
  '00:05:00',
  '',
  '0 a * * * *',
  '0 1- * * * *',
])('refuses %s', (text) => expect(isSchedule(text)).toBe(false));
