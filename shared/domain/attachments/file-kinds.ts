/** Endings of files that may hold text, as people name them. */
const TEXT_ENDINGS =
  /^(?:txt|text|log|out|err|md|markdown|rst|adoc|csv|tsv|json|jsonl|ndjson|json5|har|ya?ml|toml|ini|cfg|conf|properties|env|xml|xsd|xsl|svg|html?|css|scss|less|diff|patch|sql|graphql|proto|sh|bash|ps1|bat|cmd|c|h|cc|cpp|hpp|cs|java|kt|kts|scala|groovy|gradle|go|rs|rb|py|php|pl|lua|swift|m|r|jl|js|mjs|cjs|jsx|ts|mts|cts|tsx|vue|svelte|tf|hcl|tex|srt|vtt|eml|ics|pem|crt|feature|http|trace|stacktrace)$/;
const TEXT_TYPES =
  /^(?:text\/.*|message\/rfc822|(?:application|image)\/(?:.*\+(?:json|xml|yaml)|json|xml|x?-?yaml|x-ndjson|toml|javascript|x-javascript|typescript|sql|x-sh|x-httpd-php|graphql|log|x-log|csv|x-patch))$/;
const IMAGE_ENDINGS = /^(?:png|jpe?g|jfif|gif|webp)$/;
const IMAGE_TYPES = /^image\/(?:png|x-png|jpe?g|pjpeg|gif|webp)$/;

/** Endings and types whose bytes need not be asked for, with words for people. */
const OTHERS: readonly { what: string; ending: RegExp; type: RegExp }[] = [
  { what: 'a PDF', ending: /^pdf$/, type: /^application\/(?:x-)?pdf$/ },
  {
    what: 'an Office document',
    ending: /^(?:do[ct][xm]?|xl[st][xmb]?|p[po][ts][xm]?|vsdx?|od[tspg]|rtf|msg|one|pages|numbers)$/,
    type: /^(?:application\/(?:msword|rtf|vnd\.(?:ms-|openxmlformats|oasis).*)|text\/rtf)$/,
  },
  {
    what: 'an archive',
    ending: /^(?:zip|jar|war|ear|apk|tar|t?gz|bz2|xz|7z|rar|zst|iso|dmg)$/,
    type: /^application\/(?:(?:x-)?(?:zip.*|gzip|tar|7z.*|rar.*|bzip2?|xz|java-archive)|vnd\.rar|zstd)$/,
  },
  { what: 'a video', ending: /^(?:mp4|m4v|mov|webm|avi|mkv|wmv)$/, type: /^video\// },
  { what: 'a recording', ending: /^(?:mp3|m4a|wav|ogg|flac|aac)$/, type: /^audio\// },
];

/**
 * What a file certainly is not good for, by the type Jira names and by its ending; `undefined` where its bytes may be
 * text or an image that models take. It saves the request for files of no use, and decides nothing else.
 */
export function findUselessKind({ name, mimeType }: { name: string; mimeType: string }): string | undefined {
  const ending = endingOf(name);
  const type = mimeType.toLowerCase().split(';', 1)[0]?.trim() ?? '';
  const other = OTHERS.find((kind) => kind.ending.test(ending) || kind.type.test(type));
  if (other) return other.what;
  const isUseful = [IMAGE_ENDINGS, TEXT_ENDINGS].some((pattern) => pattern.test(ending));
  if (isUseful || IMAGE_TYPES.test(type) || TEXT_TYPES.test(type)) return undefined;
  return 'neither an image nor text, by its name';
}

/** Lower case and without the dot; empty where there is none. */
export function endingOf(name: string): string {
  return /[^.]\.([A-Za-z0-9]{1,12})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

export function isTextEnding(ending: string): boolean {
  return TEXT_ENDINGS.test(ending);
}
