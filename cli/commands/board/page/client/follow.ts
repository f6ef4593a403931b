/** What to do with the events of a stream, by their names. */
export type Handlers = Readonly<Record<string, (data: string) => void>>;

/**
 * Follows the stream that an element names in `data-live`, while the page can be seen: a page in the background asks
 * storage for nothing. The element says whether it is live.
 */
export function follow(output: HTMLElement, handlers: Handlers): () => void {
  let source: EventSource | undefined;
  const say = (text: string, kind: 'live' | 'lost'): void => {
    output.textContent = text;
    output.className = `soft scripted ${kind}`;
  };
  const live = (): void => say('Live', 'live');
  const stop = (): void => {
    source?.close();
    source = undefined;
  };
  const start = (): void => {
    if (source || document.hidden) return;
    source = new EventSource(output.dataset['live'] ?? '');
    source.addEventListener('open', live);
    source.addEventListener('back', live);
    source.addEventListener('error', () => say('Not live: cmap board has ended or does not answer', 'lost'));
    source.addEventListener('trouble', ({ data }) => say(`Not live: ${data}`, 'lost'));
    for (const [name, handle] of Object.entries(handlers))
      source.addEventListener(name, ({ data }) => {
        live();
        handle(data);
      });
  };
  const change = (): void => (document.hidden ? stop() : start());
  document.addEventListener('visibilitychange', change);
  window.addEventListener('pagehide', stop);
  start();
  return () => {
    document.removeEventListener('visibilitychange', change);
    stop();
  };
}
