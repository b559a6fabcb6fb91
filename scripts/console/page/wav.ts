// Makes 16 kHz mono WAV files in the browser: a tone, or what the microphone recorded.
import { encodeWav, SAMPLE_RATE } from '../../local/wav.ts';

export function makeTone(hertz: number, seconds: number): Blob {
  const samples = new Float32Array(Math.round(seconds * SAMPLE_RATE));
  const edge = SAMPLE_RATE / 50;
  for (let index = 0; index < samples.length; index += 1) {
    // Without a fade, the ends click.
    const fade = Math.min(1, index / edge, (samples.length - index) / edge);
    samples[index] = 0.3 * fade * Math.sin((2 * Math.PI * hertz * index) / SAMPLE_RATE);
  }
  return toBlob(samples);
}

/** Decodes any format that the browser knows. */
export async function toWav(recorded: Blob): Promise<Blob> {
  const context = new AudioContext();
  try {
    const audio = await context.decodeAudioData(await recorded.arrayBuffer());
    const offline = new OfflineAudioContext(
      1,
      Math.max(1, Math.ceil(audio.duration * SAMPLE_RATE)),
      SAMPLE_RATE,
    );
    const source = offline.createBufferSource();
    source.buffer = audio;
    source.connect(offline.destination);
    source.start();
    return toBlob((await offline.startRendering()).getChannelData(0));
  } finally {
    await context.close();
  }
}

function toBlob(samples: Float32Array): Blob {
  return new Blob([encodeWav(samples)], { type: 'audio/wav' });
}
