import type { CopilotClient } from '@github/copilot-sdk';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../shared/kernel/secret.ts';
import type { ModelSettings } from './model-settings.ts';
import { showImages } from './show-images.ts';

const github: ModelSettings = { kind: 'github', token: new Secret('token'), model: 'sees' };
const own: ModelSettings = { kind: 'provider', type: 'openai', baseUrl: 'https://model.example/v1', model: 'any' };
const images = [
  { file: '1-a.png', type: 'image/png' as const, bytes: Buffer.from('a') },
  { file: '2-b.gif', type: 'image/gif' as const, bytes: Buffer.from('bb') },
  { file: '3-c.png', type: 'image/png' as const, bytes: Buffer.from('cccc') },
];
/** As prompts and messages call them, and never as they are called in Jira. */
const NUMBERED = ['image 1', 'image 2', 'image 3'];
const VISION = { supported_media_types: ['image/png'], max_prompt_images: 1, max_prompt_image_size: 3 };

/** GitHub with these models. */
function aClient(models: Record<string, { vision: boolean; limits?: typeof VISION }> | Error) {
  let asked = 0;
  const client = {
    async listModels() {
      asked += 1;
      if (models instanceof Error) throw models;
      return Object.entries(models).map(([id, { vision, limits }]) => ({
        id,
        name: id,
        capabilities: {
          supports: { vision, reasoningEffort: false },
          limits: { max_context_window_tokens: 1, ...(limits ? { vision: limits } : {}) },
        },
      }));
    },
  } satisfies Pick<CopilotClient, 'listModels'>;
  return { client, count: () => asked };
}

const namesOf = ({ attachments = [] }: { attachments?: { displayName?: string }[] }) =>
  attachments.map(({ displayName }) => displayName);

describe('showImages', () => {
  it('sends a message without images as it is, and asks nothing', async () => {
    const { client, count } = aClient({});
    expect(await showImages(client, 'Do it', { images: [], model: github, wanted: undefined })).toEqual({
      prompt: 'Do it',
    });
    expect(count()).toBe(0);
  });

  it('shows all of them to an endpoint of which nothing is known', async () => {
    const { client, count } = aClient(new Error('not signed in'));
    const shown = await showImages(client, 'Do it', { images, model: own, wanted: undefined });
    expect(shown.prompt).toBe('Do it');
    expect(shown.attachments?.[0]).toEqual({
      type: 'blob',
      data: 'YQ==',
      mimeType: 'image/png',
      displayName: 'image 1',
    });
    expect(namesOf(shown as never)).toEqual(NUMBERED);
    expect(count()).toBe(0);
  });

  it.each([
    { name: 'sees', models: { sees: { vision: true } }, shown: 3 },
    { name: 'is not listed', models: {}, shown: 3 },
    { name: 'cannot be asked about', models: new Error('refused'), shown: 3 },
    { name: 'sees as much as this', models: { sees: { vision: true, limits: VISION } }, shown: 1 },
    { name: 'does not see', models: { sees: { vision: false } }, shown: 0 },
  ])('shows a model of GitHub that $name $shown of them', async ({ models, shown }) => {
    const { client } = aClient(models);
    const message = await showImages(client, 'Do it', { images, model: github, wanted: undefined });
    expect(namesOf(message as never)).toEqual(NUMBERED.slice(0, shown));
    const missing = NUMBERED.slice(shown);
    if (missing.length === 0) expect(message.prompt).toBe('Do it');
    else expect(message.prompt).toContain(`they are not attached: ${missing.join(', ')}`);
  });

  it('asks about the model of the binding', async () => {
    const { client } = aClient({ sees: { vision: true }, blind: { vision: false } });
    expect(await showImages(client, 'Do it', { images, model: github, wanted: 'blind' })).not.toHaveProperty(
      'attachments',
    );
  });
});
