import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { expect, it } from 'vitest';

import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import { findTokens } from '../../shared/kernel/redaction/token-shapes.ts';
import { scanSecrets } from './scan-secrets.ts';

/** Letters of both cases and digits, as random keys have them. */
const mixed = (length: number) => 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL'.repeat(10).slice(0, length);
const hex = (length: number) => '0a1b2c3d4e5f6789'.repeat(10).slice(0, length);

/** The key of a service account of 1Password is its JSON in base64. */
const ACCOUNT = btoa(JSON.stringify({ email: 'a@example.com', muk: mixed(43), secretKey: mixed(34), srpX: hex(66) }));

/**
 * One of each kind that a rule of secretlint knows by its begin, put together so that no scanner takes it for a leak.
 */
const SAMPLES: { rule: string; text: string }[] = [
  { rule: 'aws', text: `aws_${'secret_access'}_key = ${mixed(40)}` },
  { rule: 'slack', text: `${'xoxb'}-1234567890-${mixed(24)}` },
  { rule: 'slack', text: `${'xapp'}-1-A01BCDEF-1234567890-${mixed(32)}` },
  { rule: 'slack', text: `https://hooks.slack.com/${'services'}/T01ABCDEFG/B01ABCDEFG/${mixed(24)}` },
  { rule: 'npm', text: `${'npm'}_${mixed(36)}` },
  { rule: 'sendgrid', text: `${'SG'}.${mixed(22)}.${mixed(43)}` },
  { rule: 'shopify', text: `${'shpat'}_${hex(32)}` },
  { rule: 'shopify', text: `${'shpss'}_${hex(32)}` },
  { rule: 'linear', text: `${'lin'}_api_${mixed(40)}` },
  { rule: 'figma', text: `${'figd'}_${mixed(40)}` },
  { rule: 'groq', text: `${'gsk'}_${mixed(52)}` },
  { rule: 'huggingface', text: `${'hf'}_${mixed(70).replaceAll(/\d/g, '').slice(0, 34)}` },
  { rule: 'docker', text: `${'dckr'}_pat_${mixed(27)}` },
  { rule: 'notion', text: `${'ntn'}_12345678901${mixed(35)}` },
  { rule: 'grafana', text: `${'glc'}_${mixed(60)}` },
  { rule: 'grafana', text: `${'glsa'}_${mixed(32)}_${hex(8)}` },
  { rule: 'hashicorp-vault', text: `${'hvs'}.${mixed(95)}` },
  { rule: 'hashicorp-vault', text: `${'hvb'}.${mixed(150)}` },
  { rule: 'vercel', text: `${'vcp'}_${mixed(24)}` },
  { rule: 'databricks', text: `${'dapi'}${hex(32)}-2` },
  { rule: '1password', text: `${'ops'}_${ACCOUNT}` },
  { rule: 'openai', text: `${'sk'}-${mixed(20)}T3BlbkFJ${mixed(20)}` },
  { rule: 'anthropic', text: `${'sk'}-ant-api03-${mixed(93)}AA` },
  { rule: 'github', text: `${'ghp'}_${mixed(36)}` },
  { rule: 'gitlab', text: `${'glpat'}-${mixed(20)}` },
  {
    rule: 'privatekey',
    text: `-----BEGIN RSA ${'PRIVATE'} KEY-----\nMII${mixed(200)}\n-----END RSA ${'PRIVATE'} KEY-----`,
  },
];

/** Rules that know their finds by something else: our own shapes, or a service account's file of JSON. */
const NOT_BY_A_PREFIX = ['basicauth', 'database-connection-string', 'filter-comments', 'gcp'];

const nameOf = (id: string) => id.replace('@secretlint/secretlint-rule-', '');

async function findBySecretlint(text: string): Promise<string[]> {
  const source = { filePath: 'a.txt', content: text, contentType: 'text' as const };
  const config = { rules: rules.map((rule) => ({ id: rule.meta.id, rule, options: {} })) };
  const { messages } = await lintSource({ source, options: { config, noPhysicFilePath: true } });
  return messages.map(({ ruleId }) => nameOf(ruleId));
}

it('every rule of secretlint has a sample here or is known by no prefix', () => {
  const known = new Set([...SAMPLES.map(({ rule }) => rule), ...NOT_BY_A_PREFIX]);
  expect(rules.map(({ meta }) => nameOf(meta.id)).filter((rule) => !known.has(rule))).toEqual([]);
});

it.each(SAMPLES)(
  'what secretlint finds by $rule is masked in logs and texts, and what we know is refused: $text',
  async ({ rule, text }) => {
    for (const line of [`key: ${text}`, `key_${text}`, `"${text}"`]) {
      const isRefused = (await findBySecretlint(line)).includes(rule);
      if (line.startsWith('key: ')) expect(isRefused).toBe(true);
      const spans = findTokens(line);
      if (isRefused) expect(spans).not.toEqual([]);
      const [secret = ''] = spans.map(({ start, end }) => line.slice(start, end));
      if (spans.length === 0) continue;
      const redactor = createRedactor();
      expect(redactor.redact(line)).not.toContain(secret);
      expect(redactor.maskWritten(line)).not.toContain(secret);
      const lines = new Set(line.split('\n').map((_, index) => index + 1));
      expect(await scanSecrets([{ path: 'a.txt', text: line, addedLines: lines }])).not.toEqual([]);
    }
  },
);
