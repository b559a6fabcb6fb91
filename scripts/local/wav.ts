// 16 kHz mono WAV files, in Node.js and in the browser.
export const SAMPLE_RATE = 16_000;
const HEADER_BYTES = 44;

/** A quiet tone, `seconds` long. */
export function createWav(seconds: number): Uint8Array<ArrayBuffer> {
  const samples = new Float64Array(Math.round(seconds * SAMPLE_RATE));
  return encodeWav(samples.map((_, index) => 0.03 * Math.sin((2 * Math.PI * 440 * index) / SAMPLE_RATE)));
}

/** Samples are between -1 and 1; others are clipped. */
export function encodeWav(samples: Float32Array | Float64Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + 2 * samples.length));
  const write = (offset: number, text: string): void => {
    for (let index = 0; index < text.length; index += 1)
      view.setUint8(offset + index, text.charCodeAt(index));
  };
  write(0, 'RIFF');
  view.setUint32(4, view.byteLength - 8, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // mono
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, 2 * SAMPLE_RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => {
    view.setInt16(HEADER_BYTES + 2 * index, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
  });
  return new Uint8Array(view.buffer);
}
