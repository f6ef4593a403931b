import type { CopilotClient, MessageOptions } from '@github/copilot-sdk';

import type { AgentImage } from './agent.ts';
import type { ModelSettings } from './model-settings.ts';

export interface ImagesToShow {
  images: readonly AgentImage[];
  model: ModelSettings;
  /** Model id of the binding; absent means the deployment's. */
  wanted: string | undefined;
}

/** How a message goes out with its images. */
export type MessageWithImages = Pick<MessageOptions, 'prompt' | 'attachments'>;

/**
 * The message with the images that the model takes, and a sentence where it takes fewer. GitHub says which of its
 * models see, and how much; of every other endpoint it is known when it refuses them, see `createModelGateway`.
 */
export async function showImages(
  client: Pick<CopilotClient, 'listModels'>,
  message: string,
  { images, model, wanted }: ImagesToShow,
): Promise<MessageWithImages> {
  if (images.length === 0) return { prompt: message };
  const shown = model.kind === 'github' ? await selectSeen(client, images, wanted ?? model.model) : images;
  const attachments = shown.map((image) => toAttachment(image, images.indexOf(image) + 1));
  if (shown.length === images.length) return { prompt: message, attachments };
  const left = images.flatMap((image, index) => (shown.includes(image) ? [] : [`image ${index + 1}`]));
  const prompt = `${message}\nThis model does not take these images; they are not attached: ${left.join(', ')}\n`;
  return { prompt, ...(attachments.length > 0 ? { attachments } : {}) };
}

/**
 * Its number is its name here, as in the prompt: the runtime shows the name as words of the message, and people who
 * attach a file choose what they are.
 */
function toAttachment({ type, bytes }: AgentImage, number: number): NonNullable<MessageOptions['attachments']>[number] {
  const displayName = `image ${number}`;
  return { type: 'blob', data: Buffer.from(bytes).toString('base64'), mimeType: type, displayName };
}

/** All of them where nothing is known of the model. */
async function selectSeen(
  client: Pick<CopilotClient, 'listModels'>,
  images: readonly AgentImage[],
  id: string | undefined,
): Promise<readonly AgentImage[]> {
  // A model that cannot be asked about is one whose call says more.
  const models = await client.listModels().catch(() => []);
  const capabilities = models.find((one) => one.id === id)?.capabilities;
  if (!capabilities) return images;
  if (!capabilities.supports.vision) return [];
  const { vision } = capabilities.limits;
  if (!vision) return images;
  return images
    .filter(
      ({ type, bytes }) =>
        vision.supported_media_types.includes(type) && bytes.byteLength <= vision.max_prompt_image_size,
    )
    .slice(0, vision.max_prompt_images);
}
