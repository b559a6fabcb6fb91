// The command as a developer types it, with each sample event.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import { EVENT_NAMES } from './local/sample-events.ts';
import { createWav } from './local/wav.ts';

const projectRoot = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'invoke-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command with AWS settings in the environment that it must ignore. */
function invoke(...argv: string[]) {
  const env = { AWS_PROFILE: 'absent', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1', INIT_CWD: folder };
  return execa(process.execPath, ['generator/main.mjs', 'invoke', ...argv], {
    cwd: projectRoot,
    env,
    reject: false,
  });
}

function writeSample(name: string, contents: string | Uint8Array): string {
  writeFileSync(join(folder, name), contents);
  return name;
}

/** Text expected in the item and in the message of each sample. */
const EXPECTED: Partial<Record<string, [sessionId: string, published: string]>> = {
  'deepfake.completed': ['sess_abc123def456', 'label=likely_synthetic, score=0.82, risk=high'],
  'deepfake.failed': [
    'sess_failed123',
    'event_type=deepfake.failed, test=false, risk=unknown, error_code=AUDIO_TOO_SHORT',
  ],
  'mfa.completed': ['sess_mfa789xyz', '"verdict": "verified"'],
  'mfa.failed': ['sess_mfa_fail123', '"verdict": "not_verified"'],
  'mfa.enrollment.completed': ['enrollment#enroll_new789xyz', 'event_type=mfa.enrollment.completed'],
  'sar.submitted': ['sess_abc123def456', 'message attributes: schema_version=1, event_type=sar.submitted'],
  'sar.filed': ['case#sar-001234', 'message attributes: schema_version=1, event_type=sar.filed'],
  'system.health_check': ['event#evt_7gH9iJ1kL3mO5p', 'event_type=system.health_check'],
  'older-envelope': ['session-xyz789', '"verdict": "verified"'],
  'readme-example': ['sess_123', 'label=likely_synthetic, score=0.82, risk=high'],
};

describe.concurrent('npx sonotheia invoke webhook', () => {
  test.each(EVENT_NAMES)('--event %s', async (name) => {
    const [sessionId, published] = EXPECTED[name] ?? [];
    const { stdout, stderr, exitCode } = await invoke('webhook', '--event', name);
    expect(stdout).toMatch(/Answered\n {2}200 \{"status":"success","event_id":"[\w-]+"\}/);
    expect(stdout).toContain(
      `Stored in the table\n  {\n    "session_id": "${sessionId}",\n    "timestamp": 17`,
    );
    expect(stdout).toContain('"status": "announced"');
    expect(stdout).toContain(published);
    expect(stdout).toContain('"message":"Webhook accepted"');
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  test('--body takes any event', async () => {
    const body = writeSample('mine.json', '{"event_type":"brand.new","data":{"session_id":"mine"}}');
    const { stdout, exitCode } = await invoke('webhook', '--body', body);
    expect(stdout).toContain('"event_type": "brand.new"');
    expect(exitCode).toBe(0);
  });

  test('--body without an event shows the refusal', async () => {
    const { stdout, exitCode } = await invoke('webhook', '--body', writeSample('bad.json', 'not JSON'));
    expect(stdout).toContain('400 {"status":"error","error":"invalid_payload"}');
    expect(stdout).toContain('Stored in the table\n  nothing\n');
    expect(exitCode).toBe(0);
  });

  test('--wrong-signature shows the refusal', async () => {
    const { stdout, exitCode } = await invoke('webhook', '--wrong-signature');
    expect(stdout).toContain('401 {"status":"error","error":"invalid_signature"}');
    expect(stdout).toContain('Stored in the table\n  nothing\n');
    expect(stdout).toContain('Published to the topic\n  nothing\n');
    expect(exitCode).toBe(0);
  });

  test('--health', async () => {
    const { stdout, exitCode } = await invoke('webhook', '--health');
    expect(stdout).toContain('200 {"status":"healthy","timestamp":"');
    expect(exitCode).toBe(0);
  });
});

describe.concurrent('npx sonotheia invoke audio', () => {
  test('processes a generated file', async () => {
    const { stdout, stderr, exitCode } = await invoke('audio');
    expect(stdout).toContain('POST /v1/voice/deepfake -> 200\n  audio: audio.wav, audio/wav, 160044 bytes\n');
    expect(stdout).toContain('{"batchItemFailures":[]}');
    expect(stdout).toContain('incoming/tone.wav -> processed/tone.wav');
    expect(stdout).toContain('"event_type": "audio.processed"');
    expect(stdout).toContain('score=0.12, risk=low, decision=allow');
    expect([stderr, exitCode]).toEqual(['', 0]);
  });

  test('--file, with any name', async () => {
    const file = writeSample('Anrufe +50% ü.wav', createWav(3));
    const { stdout, exitCode } = await invoke('audio', '--file', file);
    expect(stdout).toContain('incoming/Anrufe +50% ü.wav -> processed/Anrufe +50% ü.wav');
    expect(exitCode).toBe(0);
  });

  test('--file of an unsupported format is rejected', async () => {
    const { stdout, exitCode } = await invoke('audio', '--file', writeSample('notes.txt', 'no audio'));
    expect(stdout).toContain('Asked the API\n  nothing\n');
    expect(stdout).toContain('incoming/notes.txt -> rejected/notes.txt');
    expect(stdout).toContain('"code": "UNSUPPORTED_FORMAT"');
    expect(exitCode).toBe(0);
  });

  test('handlers of your own that cannot be built end it', async () => {
    const project = join(folder, 'own');
    mkdirSync(project);
    const spec =
      'project_name: acme\nbuild: { handlers: handlers }\nenvironments: { dev: { regions: [us-east-1] } }\n';
    writeFileSync(join(project, 'sonotheia.config.yaml'), spec);
    const command = [join(projectRoot, 'generator', 'main.mjs'), 'invoke', 'audio'];
    const { exitCode, stderr } = await execa(process.execPath, command, { cwd: project, reject: false });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('The functions cannot be packaged.');
  });

  test.each(['webhook', 'audio'])('%s ends where no temporary folder can be created', async (name) => {
    const { exitCode, stderr } = await execa(process.execPath, ['generator/main.mjs', 'invoke', name], {
      cwd: projectRoot,
      env: { TMPDIR: join(folder, 'absent') },
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('set the variable TMPDIR to a folder that you may write to');
  });

  test('--api-status 422 rejects the file', async () => {
    const { stdout, exitCode } = await invoke('audio', '--api-status', '422');
    expect(stdout).toContain('incoming/tone.wav -> rejected/tone.wav');
    expect(stdout).toContain('"code": "HTTP_422"');
    expect(exitCode).toBe(0);
  });

  test('a function that fails makes the command fail', async () => {
    const { stdout, stderr, exitCode } = await invoke('audio', '--api-status', '401');
    expect(stdout).toContain('{"batchItemFailures":[{"itemIdentifier":"message-1"}]}');
    expect(stdout).toContain('Moved\n  nothing\n');
    expect([stderr, exitCode]).toEqual(['The function failed.', 2]);
  });
});

describe.concurrent('npx sonotheia invoke', () => {
  test('--help lists options and events', async () => {
    const { stdout, exitCode } = await invoke('--help');
    expect(stdout).toContain('--wrong-signature');
    expect(stdout).toContain('mfa.enrollment.completed');
    expect(exitCode).toBe(0);
  });

  test.each([
    [[], 'Which function, webhook or audio?'],
    [['webhok'], 'Which function, webhook or audio?'],
    [['webhook', '--event', 'deepfake.complete'], 'Did you mean deepfake.completed?'],
    [
      ['webhook', '--event', '../x'],
      'There is no sample event ../x.\n  fix: give one of deepfake.completed, ',
    ],
    [['webhook', '--body', 'absent.json'], "no such file or directory, open '"],
    [['webhook', '--body', 'b', '--health'], 'Only one of'],
    [['webhook', '--file', 'a.wav'], '--file is not an option of webhook'],
    [['webhook', '--evnt', 'x'], 'There is no option --evnt. Did you mean --event?'],
    [['webhook', 'deepfake.completed'], 'That is one argument too many.'],
    [['audio', '--file', 'absent.wav'], "no such file or directory, open '"],
    [['audio', '--health'], '--health is not an option of audio'],
    [['audio', '--api-status', '99'], 'takes an HTTP status, not 99'],
  ])('%j is refused with a message', async (argv, message) => {
    const { stdout, stderr, exitCode } = await invoke(...argv);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect([stdout, exitCode]).toEqual(['', 1]);
  });
});
