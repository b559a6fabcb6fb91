// Three ways to a recording: a file, a tone, the microphone.
import { useEffect, useRef, useState } from 'preact/hooks';
import { uploadRecording } from './actions.ts';
import { useShell } from './shell.ts';
import { makeTone, toWav } from './wav.ts';

const MAX_RECORDED_MS = 60_000;

export function RecordingTools() {
  const { act } = useShell();
  const [sessionId, setSessionId] = useState('');
  const upload = (file: Blob, name: string): Promise<void> =>
    act(`Upload ${name}`, (confirm) =>
      uploadRecording(file, { name, sessionId: sessionId.trim() || undefined }, confirm),
    );
  return (
    <section class="panel recording-tools" aria-label="New recording">
      <DropZone upload={upload} />
      <div class="inline">
        <ToneForm upload={upload} />
        <Microphone upload={upload} />
      </div>
      <label class="field">
        <span>
          Session id <span class="quiet">(optional)</span>
        </span>
        <input
          value={sessionId}
          maxLength={256}
          placeholder="derived from the file"
          onInput={({ currentTarget }) => setSessionId(currentTarget.value)}
        />
      </label>
    </section>
  );
}

interface UploadProps {
  readonly upload: (file: Blob, name: string) => Promise<void>;
}

function DropZone({ upload }: UploadProps) {
  const [isOver, setIsOver] = useState(false);
  const uploadAll = async (files: FileList | null | undefined): Promise<void> => {
    for (const file of files ?? []) await upload(file, file.name);
  };
  return (
    <label
      class={`drop ${isOver ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        void uploadAll(event.dataTransfer?.files);
      }}
    >
      <span>
        <strong>Drop audio files here</strong> or choose them
      </span>
      <input
        type="file"
        multiple
        accept="audio/*,.wav,.mp3,.flac,.opus"
        onChange={({ currentTarget }) => {
          void uploadAll(currentTarget.files).then(() => {
            currentTarget.value = '';
          });
        }}
      />
    </label>
  );
}

function ToneForm({ upload }: UploadProps) {
  const [hertz, setHertz] = useState(440);
  const [seconds, setSeconds] = useState(2);
  const submit = (event: Event): void => {
    event.preventDefault();
    void upload(makeTone(hertz, seconds), `tone-${hertz}-hz-${Date.now().toString(36)}.wav`);
  };
  return (
    <form class="inline" onSubmit={submit}>
      <NumberField label="Hertz" value={hertz} min={50} max={4000} onValue={setHertz} />
      <NumberField label="Seconds" value={seconds} min={1} max={300} onValue={setSeconds} />
      <button type="submit">Make a tone</button>
    </form>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly onValue: (value: number) => void;
}

function NumberField({ label, value, min, max, onValue }: NumberFieldProps) {
  return (
    <label class="field">
      {label}
      <input
        type="number"
        required
        value={value}
        min={min}
        max={max}
        onInput={({ currentTarget }) => onValue(currentTarget.valueAsNumber)}
      />
    </label>
  );
}

function Microphone({ upload }: UploadProps) {
  const { announce } = useShell();
  const [recorder, setRecorder] = useState<MediaRecorder>();
  const current = useRef<MediaRecorder | undefined>(undefined);
  // Leaving the view releases the microphone, without an upload.
  useEffect(() => () => release(current.current), []);
  const start = async (): Promise<void> => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const next = new MediaRecorder(stream);
      next.ondataavailable = ({ data }) => {
        void toWav(data)
          .then((wav) => upload(wav, `microphone-${Date.now().toString(36)}.wav`))
          .catch(() => announce('The browser could not decode its own recording.', true));
      };
      next.onstop = () => {
        release(next);
        setRecorder(undefined);
      };
      next.start();
      setTimeout(() => next.state === 'recording' && next.stop(), MAX_RECORDED_MS);
      current.current = next;
      setRecorder(next);
      announce('Recording. It ends by itself after a minute.');
    } catch {
      announce('The browser gave no microphone: allow it for this page, or plug one in.', true);
    }
  };
  return (
    <button
      type="button"
      class={recorder ? 'recording' : ''}
      onClick={() => (recorder ? recorder.stop() : void start())}
    >
      {recorder ? 'Stop and upload' : 'Record from the microphone'}
    </button>
  );
}

function release(recorder: MediaRecorder | undefined): void {
  if (recorder === undefined) return;
  for (const track of recorder.stream.getTracks()) track.stop();
}
