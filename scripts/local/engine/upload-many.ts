import { createWav } from '../wav.ts';
import type { AwsParts } from './aws-parts.ts';

const FILES = 500;
/** Uploads between two turns of the event loop. */
const AT_ONCE = 25;

/** Uploads short tones with different bytes and scores in their names. */
export async function uploadMany(parts: AwsParts): Promise<void> {
  const tone = createWav(1);
  for (let index = 0; index < FILES; index += 1) {
    const bytes = Uint8Array.from(tone);
    // The stand-in API finds a file's name by its bytes.
    new DataView(bytes.buffer).setUint32(bytes.length - 4, index);
    const name = `many/${String(index).padStart(3, '0')}-${(index / FILES).toFixed(2)}.wav`;
    parts.upload(`incoming/${name}`, { bytes, contentType: 'audio/wav', metadata: {} });
    if (index % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}
