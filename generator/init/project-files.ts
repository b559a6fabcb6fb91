// The files of a project that has installed the npm package, beside its spec. Pure: existing texts in, new texts out.
// Nothing that exists is replaced: lines and scripts are added.

const PACKAGE = 'sonotheia-terraform';

const SCRIPTS: Readonly<Record<string, string>> = {
  generate: 'sonotheia generate',
  'generate:check': 'sonotheia generate --check',
  doctor: 'sonotheia doctor',
  deploy: 'sonotheia deploy',
  smoke: 'sonotheia smoke',
  destroy: 'sonotheia destroy',
};

/** States and plans contain secrets; the zips are built from the installed version. */
const IGNORED = [
  ...['node_modules/', 'out/lambda/', '.terraform/', '*.tfstate', '*.tfstate.*', '*.tfplan'],
  ...['terraform.tfvars', '*.auto.tfvars', 'crash.log', '.env', '.sonotheia/'],
  ...['out/.sonotheia-staging/', 'out/.sonotheia-lock/', 'out/.sonotheia-lock-breaking/'],
  ...['.github/.sonotheia-staging/', '.github/.sonotheia-lock/', '.github/.sonotheia-lock-breaking/'],
];

/** The manifests compare bytes, and have a line for each file: of two branches, the lines of both are right. */
const ATTRIBUTES = [
  ...['out/** text eol=lf', '.github/** text eol=lf', '*.zip binary'],
  ...['out/.sonotheia-manifest.json merge=union', '.github/.sonotheia-manifest.json merge=union'],
];

export interface ProjectFile {
  readonly name: string;
  /** Returns the new text, or undefined if the existing one stays; throws a `SyntaxError` if it cannot be read. */
  readonly write: (existing: string | undefined, version: string) => string | undefined;
}

export const PROJECT_FILES: readonly ProjectFile[] = [
  { name: 'package.json', write: writeManifest },
  { name: '.gitignore', write: (existing) => addLines(existing, IGNORED) },
  { name: '.gitattributes', write: (existing) => addLines(existing, ATTRIBUTES) },
  { name: 'README.md', write: (existing) => (existing === undefined ? README : undefined) },
];

type Members = Readonly<Record<string, string>>;
interface Manifest {
  readonly private?: boolean;
  readonly scripts?: Members;
  readonly dependencies?: Members;
  readonly devDependencies?: Members;
}

function writeManifest(existing: string | undefined, version: string): string | undefined {
  const manifest: Manifest = existing === undefined ? { private: true } : JSON.parse(existing);
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest))
    throw new SyntaxError('it is not an object');
  const { scripts, dependencies, devDependencies } = manifest;
  const isInstalled = PACKAGE in { ...dependencies, ...devDependencies };
  const next = {
    ...manifest,
    // Own scripts of these names win.
    scripts: { ...scripts, ...SCRIPTS, ...scripts },
    ...(isInstalled ? {} : { devDependencies: { ...devDependencies, [PACKAGE]: version } }),
  };
  const indent = /^[\t ]+(?=")/m.exec(existing ?? '')?.[0] ?? '  ';
  const text = `${JSON.stringify(next, null, indent)}\n`;
  return JSON.stringify(next) === JSON.stringify(manifest) ? undefined : text;
}

/** Adds the lines that are missing, at the end. */
function addLines(existing: string | undefined, lines: readonly string[]): string | undefined {
  const present = new Set(existing?.split(/\r?\n/));
  const missing = lines.filter((line) => !present.has(line));
  if (missing.length === 0) return undefined;
  const before = existing === undefined || existing.endsWith('\n') ? (existing ?? '') : `${existing}\n`;
  return `${before}${missing.join('\n')}\n`;
}

const README = `# Sonotheia on AWS

\`sonotheia.config.yaml\` says what is deployed where. [sonotheia-terraform](node_modules/${PACKAGE}/README.md) generates
\`out/\` (Terraform) and \`.github/\` (a workflow) from it; commit both, review their diff, and edit only the YAML.

| command | what it does |
| --- | --- |
| \`npm ci\` (or \`pnpm install\`, \`yarn install\`) | installs the version of the lock file |
| \`npx sonotheia generate\` | writes \`out/\` and \`.github/\`; \`--diff\` only shows the changes |
| \`npx sonotheia explain <key>\` | describes a setting |
| \`npx sonotheia doctor\` | finds problems before a deployment, each with its fix |
| \`npx sonotheia deploy --env dev\` | checks, plans, shows the plan, asks, applies |
| \`npx sonotheia smoke --env dev\` | sends an event and a recording through the deployed stack |
| \`npx sonotheia destroy --env dev\` | shows the losses, asks, destroys |
| \`npx sonotheia --help\` | lists all commands |

Documents are in \`node_modules/${PACKAGE}/docs/\`. To upgrade: install \`${PACKAGE}@latest\`, then
\`npx sonotheia upgrade\`, which shows what changes before \`npx sonotheia generate\` writes it.
`;
