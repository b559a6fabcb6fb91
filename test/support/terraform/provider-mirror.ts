// Vitest's global setup: selects the source of the AWS provider. Terraform uses its registry unless a mirror is configured.
// A machine without access to the registry often has the provider in a plugin cache or a mirror of the team. The user's
// own `provider_installation` takes precedence.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const ADDRESS = 'registry.terraform.io/hashicorp/aws';

/** Configures Terraform for this run with a local mirror, if there is one. */
export function setup(): void {
  // Disables Terraform's update check, which waits for a response.
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

/** The folder of a mirror; CONFIGURED when the user's configuration has a `provider_installation`. */
export function findMirror(): string | undefined {
  const configuration = readConfiguration();
  if (configuration.includes('provider_installation')) return CONFIGURED;
  return listPlaces(configuration).find(holdsProvider);
}

/** A plugin cache, so that all folders of the run share a download. */
function keepDownload(): void {
  if (process.env.TF_PLUGIN_CACHE_DIR !== undefined) return;
  const cache = join(tmpdir(), 'plugin-cache');
  mkdirSync(cache);
  process.env.TF_PLUGIN_CACHE_DIR = cache;
  // Otherwise Terraform downloads versions that no lock file contains.
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

/** Plugin caches, Terraform's implied mirrors, and folders of system packages. */
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

/** Whether the folder has an accepted version for this machine, packed or unpacked. */
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

/** The user's Terraform configuration; empty when its file is missing. */
function readConfiguration(): string {
  try {
    return readFileSync(process.env.TF_CLI_CONFIG_FILE ?? join(homedir(), '.terraformrc'), 'utf8');
  } catch {
    return '';
  }
}
