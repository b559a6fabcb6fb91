// Vitest's global setup: where the AWS provider of the tests comes from. Terraform asks its registry unless it is told of a
// mirror. On a machine that cannot reach the registry, the provider is often there all the same: in a plugin cache, or
// in a mirror of the team. Whoever has a configuration of his own that says where providers come from, has decided.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const ADDRESS = 'registry.terraform.io/hashicorp/aws';

/** Points the Terraform of this run to a mirror on this machine, if there is one. */
export function setup(): void {
  // Terraform asks for news of itself, and waits where there is no answer.
  process.env.CHECKPOINT_DISABLE ??= '1';
  const mirror = findMirror();
  if (mirror === CONFIGURED) return;
  if (mirror === undefined) {
    keepDownload();
    return;
  }
  const file = join(tmpdir(), 'terraform-cli.tfrc');
  writeFileSync(file, `${readConfiguration()}\n${describeMirror(mirror)}`);
  process.env.TF_CLI_CONFIG_FILE = file;
}

const CONFIGURED = 'configured';

/** The folder of a mirror; CONFIGURED where the user's own configuration says where providers come from. */
export function findMirror(): string | undefined {
  const configuration = readConfiguration();
  if (configuration.includes('provider_installation')) return CONFIGURED;
  return listPlaces(configuration).find(holdsProvider);
}

/** What is downloaded serves all folders of the run. */
function keepDownload(): void {
  if (process.env.TF_PLUGIN_CACHE_DIR !== undefined) return;
  const cache = join(tmpdir(), 'plugin-cache');
  mkdirSync(cache);
  process.env.TF_PLUGIN_CACHE_DIR = cache;
  // Else Terraform downloads what no lock file names.
  process.env.TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE = '1';
}

function describeMirror(path: string): string {
  return `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(path)}
    include = ["${ADDRESS}"]
  }
  direct {
    exclude = ["${ADDRESS}"]
  }
}
`;
}

/** Plugin caches, the folders in which Terraform looks by itself, and those of a package for the whole machine. */
function listPlaces(configuration: string): string[] {
  const home = homedir();
  const [, cache] = /^\s*plugin_cache_dir\s*=\s*"([^"]+)"/m.exec(configuration) ?? [];
  const data = process.env.XDG_DATA_HOME ?? join(home, '.local/share');
  const own = listFolders('/opt');
  return [
    process.env.TF_PLUGIN_CACHE_DIR,
    cache?.replace(/^(?:\$HOME|~)(?=\/)/, home),
    join(home, '.terraform.d/plugin-cache'),
    join(home, '.terraform.d/plugins'),
    join(data, 'terraform/plugins'),
    join(home, 'Library/Application Support/io.terraform/plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    ...own,
    ...own.flatMap(listFolders),
  ].filter((path) => path !== undefined);
}

function listFolders(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name))
      .sort();
  } catch {
    return [];
  }
}

/** Whether a version that the generated trees accept is there, packed or unpacked, for this machine. */
function holdsProvider(mirror: string): boolean {
  const folder = join(mirror, ADDRESS);
  const [system, processor] = [
    process.platform === 'win32' ? 'windows' : process.platform,
    process.arch === 'x64' ? 'amd64' : process.arch,
  ];
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => {
    const version = /^(?:terraform-provider-aws_)?(\d+)\.(\d+)\.\d+(_\w+\.zip)?$/.exec(name);
    if (version === null) return false;
    const [, major, minor, packed] = version;
    const isAccepted = Number(major) === 6 || (Number(major) === 5 && Number(minor) >= 88);
    const isHere =
      packed === undefined
        ? existsSync(join(folder, name, `${system}_${processor}`))
        : packed === `_${system}_${processor}.zip`;
    return isAccepted && isHere;
  });
}

/** What the user tells Terraform; empty where the file that is named is not there. */
function readConfiguration(): string {
  try {
    return readFileSync(process.env.TF_CLI_CONFIG_FILE ?? join(homedir(), '.terraformrc'), 'utf8');
  } catch {
    return '';
  }
}
