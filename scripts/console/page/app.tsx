// The frame: header, navigation, the view, messages, and the confirmation of actions.
import type { FunctionComponent } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Overview } from '../source.ts';
import { ApiError } from './api.ts';
import { Badge, ErrorNote } from './bits.tsx';
import { type Connection, changes } from './changes.ts';
import { type Ask, ConfirmDialog } from './confirm-dialog.tsx';
import { toHash, useRoute } from './route.ts';
import { type Shell, ShellContext, type ViewProps } from './shell.ts';
import { ThemeToggle } from './theme.tsx';
import { useData } from './use-data.ts';
import { Deliveries } from './views/deliveries.tsx';
import { Events } from './views/events.tsx';
import { Faults } from './views/faults.tsx';
import { Logs } from './views/logs.tsx';
import { Metrics } from './views/metrics.tsx';
import { OverviewView } from './views/overview.tsx';
import { Queues } from './views/queues.tsx';
import { Recordings } from './views/recordings.tsx';
import { Sessions } from './views/sessions.tsx';

const VIEWS: Readonly<
  Record<string, { readonly title: string; readonly component: FunctionComponent<ViewProps> }>
> = {
  overview: { title: 'Overview', component: OverviewView },
  recordings: { title: 'Recordings', component: Recordings },
  events: { title: 'Events', component: Events },
  sessions: { title: 'Sessions', component: Sessions },
  queues: { title: 'Queues', component: Queues },
  deliveries: { title: 'Deliveries', component: Deliveries },
  logs: { title: 'Logs', component: Logs },
  metrics: { title: 'Metrics', component: Metrics },
  faults: { title: 'Faults', component: Faults },
};

const MESSAGE_MS = 8_000;

interface Message {
  readonly text: string;
  readonly isProblem: boolean;
}

export function App() {
  const { view, id } = useRoute();
  const name = Object.hasOwn(VIEWS, view) ? view : 'overview';
  const { data: overview, error } = useData<Overview>('overview', {}, ['overview']);
  const [message, setMessage] = useMessage();
  const [ask, setAsk] = useState<Ask>();
  const shell = useMemo<Shell>(() => {
    const announce: Shell['announce'] = (text, isProblem = false) => setMessage({ text, isProblem });
    const act: Shell['act'] = async (what, run, word = overview?.confirmWith) => {
      const confirm =
        word === undefined
          ? undefined
          : await new Promise<string | undefined>((resolve) => setAsk({ what, word, resolve }));
      setAsk(undefined);
      if (word !== undefined && confirm === undefined) return;
      await run(confirm).then(announce, (error: unknown) => {
        const { message, why, fix } =
          error instanceof ApiError ? error : new ApiError(0, { what: String(error) });
        announce([message, why, fix].filter((text) => text !== undefined).join(' '), true);
      });
    };
    return { overview, announce, act };
  }, [overview, setMessage]);
  const { title, component: View } = VIEWS[name] ?? { title: '', component: OverviewView };
  const heading = useHeading(title, `${name}/${id ?? ''}`);
  return (
    <ShellContext.Provider value={shell}>
      <button type="button" class="skip" onClick={() => heading.current?.focus()}>
        Skip to the content
      </button>
      <Header overview={overview} />
      <Navigation current={name} overview={overview} />
      <main id="main">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <ErrorNote error={error} />
        <View id={id} key={name} />
      </main>
      <Messages message={message} onClose={() => setMessage(undefined)} />
      {ask !== undefined && <ConfirmDialog ask={ask} />}
    </ShellContext.Provider>
  );
}

/** A message disappears after a while; a problem stays, because it takes longer to read. */
function useMessage() {
  const [message, setMessage] = useState<Message>();
  useEffect(() => {
    if (message === undefined || message.isProblem) return undefined;
    const timer = setTimeout(() => setMessage(undefined), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return [message, setMessage] as const;
}

interface MessagesProps {
  readonly message: Message | undefined;
  readonly onClose: () => void;
}

/** The element stays without a message: a screen reader announces what is added to it. */
function Messages({ message, onClose }: MessagesProps) {
  return (
    <div class="messages" role="status" aria-live="polite">
      {message !== undefined && (
        <p class={`message ${message.isProblem ? 'bad' : ''}`}>
          <span class="grow">{message.text}</span>
          <button type="button" aria-label="Close" onClick={onClose}>
            ×
          </button>
        </p>
      )}
    </div>
  );
}

/** After a click in the navigation, a screen reader goes on at the new view. */
function useHeading(title: string, place: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const [view] = place.split('/');
  useEffect(() => {
    document.title = `${title} – Sonotheia console`;
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
    // The selection inside a view keeps the focus.
  }, [view]);
  return heading;
}

const CONNECTIONS: Readonly<
  Record<Connection, readonly [tone: 'good' | 'warn' | 'bad' | 'plain', text: string]>
> = {
  connecting: ['plain', 'Connecting'],
  live: ['good', 'Live'],
  lost: ['warn', 'Reconnecting'],
  refused: ['bad', 'No token'],
};

function Header({ overview }: { readonly overview: Overview | undefined }) {
  const [connection, setConnection] = useState(changes.connection);
  useEffect(() => changes.onConnection(setConnection), []);
  const [tone, text] = CONNECTIONS[connection];
  return (
    <header>
      <a class="brand" href={toHash('overview')}>
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>
          Sonotheia <span class="quiet">console</span>
        </span>
      </a>
      {overview !== undefined && (
        <span class="where">
          <span class="project">{overview.project}</span>
          <Badge tone="info">{overview.environment}</Badge>
          {overview.actions.length === 0 && <Badge tone="plain">read-only</Badge>}
          <span class="quiet">
            {overview.kind === 'local' ? `this machine, as ${overview.region}` : `only ${overview.region}`}
          </span>
        </span>
      )}
      <span class="header-end">
        {overview?.reads !== undefined && (
          <span class="quiet reads">
            {overview.reads.calls} reads, ${overview.reads.dollars.toFixed(4)}
          </span>
        )}
        <Badge tone={tone}>{text}</Badge>
        <ThemeToggle />
      </span>
    </header>
  );
}

function Navigation({
  current,
  overview,
}: {
  readonly current: string;
  readonly overview: Overview | undefined;
}) {
  const names = Object.keys(VIEWS).filter(
    (name) => name !== 'faults' || overview?.actions.includes('fault') !== false,
  );
  return (
    <nav aria-label="Views">
      <ul>
        {names.map((name) => (
          <li key={name}>
            <a href={toHash(name)} aria-current={name === current ? 'page' : undefined}>
              {VIEWS[name]?.title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
