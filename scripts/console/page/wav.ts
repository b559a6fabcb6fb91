// Makes 16 kHz mono WAV files in the browser: a tone, or what the microphone recorded.
const RATE = 16_000;
const HEADER_BYTES = 44;

export function makeTone(hertz: number, seconds: number): Blob {
  const samples = new Float32Array(Math.round(seconds * RATE));
  const edge = RATE / 50;
  for (let index = 0; index < samples.length; index += 1) {
    // Without a fade, the ends click.
    const fade = Math.min(1, index / edge, (samples.length - index) / edge);
    samples[index] = 0.3 * fade * Math.sin((2 * Math.PI * hertz * index) / RATE);
  }
  return encodeWav(samples);
}

/** Decodes any format that the browser knows. */
export async function toWav(recorded: Blob): Promise<Blob> {
  const context = new AudioContext();
  try {
    const audio = await context.decodeAudioData(await recorded.arrayBuffer());
    const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(audio.duration * RATE)), RATE);
    const source = offline.createBufferSource();
    source.buffer = audio;
    source.connect(offline.destination);
    source.start();
    return encodeWav((await offline.startRendering()).getChannelData(0));
  } finally {
    await context.close();
  }
}

function encodeWav(samples: Float32Array): Blob {
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
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => {
    view.setInt16(HEADER_BYTES + 2 * index, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
  });
  return new Blob([view.buffer], { type: 'audio/wav' });
}
