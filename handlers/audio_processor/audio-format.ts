// The API accepts at most 10 MB of WAV, Opus, MP3 or FLAC.
export const MAX_AUDIO_BYTES = 10 * 1024 * 1024;

export type AudioContentType = 'audio/wav' | 'audio/opus' | 'audio/mpeg' | 'audio/flac';

const BY_EXTENSION: ReadonlyMap<string, AudioContentType> = new Map([
  ['wav', 'audio/wav'],
  ['opus', 'audio/opus'],
  ['mp3', 'audio/mpeg'],
  ['flac', 'audio/flac'],
]);
const BY_CONTENT_TYPE: ReadonlyMap<string, AudioContentType> = new Map([
  ['audio/wav', 'audio/wav'],
  ['audio/wave', 'audio/wav'],
  ['audio/x-wav', 'audio/wav'],
  ['audio/vnd.wave', 'audio/wav'],
  ['audio/opus', 'audio/opus'],
  ['audio/mpeg', 'audio/mpeg'],
  ['audio/mp3', 'audio/mpeg'],
  ['audio/flac', 'audio/flac'],
  ['audio/x-flac', 'audio/flac'],
]);

/** Returns the format from the key's extension, else from the object's content type; undefined for another format. */
export function detectContentType(
  key: string,
  contentType: string | undefined,
): AudioContentType | undefined {
  const extension = /\.([a-z0-9]+)$/i.exec(key)?.[1]?.toLowerCase() ?? '';
  const bareType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return BY_EXTENSION.get(extension) ?? BY_CONTENT_TYPE.get(bareType);
}

/** Returns a neutral file name for the API: the object's own name may contain a person's name. */
export function uploadNameOf(contentType: AudioContentType): string {
  for (const [extension, type] of BY_EXTENSION) if (type === contentType) return `audio.${extension}`;
  return 'audio';
}
