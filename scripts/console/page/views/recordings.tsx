// Recordings: upload a file, make a tone, record from the microphone; hear one, and see its result.
import { useEffect, useState } from 'preact/hooks';
import { formatBytes } from '../../../operator/format-bytes.ts';
import type { Recording } from '../../source-data.ts';
import { getAudio } from '../api.ts';
import { Badge, Empty, Facts, Search, Time, type Tone, VerdictLine } from '../bits.tsx';
import { RecordingTools } from '../recording-tools.tsx';
import { toHash } from '../route.ts';
import { useCan, useShell, type ViewProps } from '../shell.ts';
import { SplitView } from '../split-view.tsx';
import { usePages } from '../use-data.ts';

const TONES: Readonly<Record<Recording['status'], Tone>> = {
  waiting: 'plain',
  processing: 'info',
  processed: 'good',
  rejected: 'warn',
  failed: 'bad',
};

export function Recordings({ id }: ViewProps) {
  const [search, setSearch] = useState('');
  const pages = usePages<Recording>('recordings', { search }, 'recordings');
  const canUpload = useCan('upload');
  const selected = pages.data?.find(({ key }) => key === id);
  return (
    <>
      {canUpload && <RecordingTools />}
      <SplitView
        view="recordings"
        label="Recordings"
        pages={pages}
        selected={id}
        idOf={({ key }) => key}
        row={(recording) => <Row recording={recording} />}
        tools={<Search label="Search by key" onSearch={setSearch} />}
        empty={
          <Empty title="No recordings">
            <p>
              {canUpload
                ? 'Drop a WAV file above, or make a tone.'
                : 'Nothing was uploaded under incoming/ yet.'}
            </p>
          </Empty>
        }
      >
        {selected === undefined ? (
          <Empty
            title={
              id === undefined
                ? 'Select a recording to hear it and see its result.'
                : 'This recording is not in the list.'
            }
          />
        ) : (
          <Detail recording={selected} key={selected.key} />
        )}
      </SplitView>
    </>
  );
}

function Row({ recording }: { readonly recording: Recording }) {
  return (
    <>
      <span class="row-main mono">{recording.key}</span>
      <span class="row-side">
        <Time at={recording.uploadedAt} />
      </span>
      <span class="row-sub">
        <Badge tone={TONES[recording.status]}>{recording.status}</Badge>
        <VerdictLine verdict={recording} />
        {recording.score === undefined && (
          <span class="quiet">{recording.reason ?? formatBytes(recording.bytes)}</span>
        )}
      </span>
    </>
  );
}

function Detail({ recording }: { readonly recording: Recording }) {
  const { key, status, sessionId, location, label, decision, reason, bytes, uploadedAt } = recording;
  const isDeployed = useShell().overview?.kind === 'deployed';
  return (
    <>
      <h2 class="mono">{key}</h2>
      <p class="row-sub">
        <Badge tone={TONES[status]}>{status}</Badge>
        <VerdictLine verdict={recording} />
      </p>
      {isDeployed && status !== 'waiting' && (
        <p class="quiet">
          The list is of the bucket, which holds no scores: <a href={toHash('sessions')}>Sessions</a> show
          them.
        </p>
      )}
      <Player recordingKey={key} location={location} />
      <Facts
        rows={[
          ['Label', label],
          ['Decision', decision],
          ['Reason', reason],
          ['Filed under', location === undefined ? undefined : <code>{location}</code>],
          [
            'Session',
            sessionId === undefined ? undefined : <a href={toHash('sessions', sessionId)}>{sessionId}</a>,
          ],
          ['Size', formatBytes(bytes)],
          ['Uploaded', <Time key="at" at={uploadedAt} />],
        ]}
      />
    </>
  );
}

/** Loads the file when a person asks, because it may be large. The address of the last one is released. */
function Player({
  recordingKey,
  location,
}: {
  readonly recordingKey: string;
  readonly location: string | undefined;
}) {
  const [state, setState] = useState<{
    readonly url?: string;
    readonly problem?: string;
    readonly isWanted: boolean;
  }>({
    isWanted: false,
  });
  const { isWanted, url, problem } = state;
  // A file that was moved is loaded from its new place.
  useEffect(() => {
    if (!isWanted) return undefined;
    const controller = new AbortController();
    let made: string | undefined;
    getAudio(recordingKey, controller.signal).then(
      (blob) => {
        if (controller.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setState({ isWanted, url: made });
      },
      (error: Error) => controller.signal.aborted || setState({ isWanted, problem: error.message }),
    );
    return () => {
      controller.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [isWanted, recordingKey, location]);
  if (problem !== undefined) return <p class="note bad">{problem}</p>;
  if (url !== undefined)
    return (
      // biome-ignore lint/a11y/useMediaCaption: a caller's voice has no captions.
      <audio controls autoplay src={url} aria-label={`Recording ${recordingKey}`} />
    );
  return (
    <p>
      <button type="button" onClick={() => setState({ isWanted: true })} disabled={isWanted}>
        {isWanted ? 'Loading …' : 'Play'}
      </button>
    </p>
  );
}
