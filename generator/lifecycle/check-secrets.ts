// Checks for managed secrets that Terraform would delete.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nameStack } from '../spec/naming.ts';
import { type Change, findSetting, type KeptEnvironment, refuseLoss, warn } from './change.ts';
import { pairStacks } from './check-names.ts';

/** SONO333 a secret that the functions still read, SONO343 one of a protected environment, SONO604 any other. */
export function checkSecrets(change: Change, kept: KeptEnvironment): Diagnostic[] {
  return pairStacks(kept).flatMap(({ region, before, after }) =>
    Object.entries(before.secrets).flatMap(([label, secret]): Diagnostic[] => {
      const setting = label === 'api_key' ? 'api_key' : 'webhook_secret';
      const now = region.settings.secrets[setting];
      const at = { environment: kept.name, region: region.name };
      if (after.secrets[label] === secret) return [];
      const path = findSetting(change, at, [
        ['secrets', setting, 'source'],
        ['secrets', setting, 'name'],
      ]) ?? ['environments', kept.name];
      const names = nameStack(kept.after, region);
      const readName = label === 'api_key' ? names.apiKeySecret : names.webhookSecret;
      const stillReads = now.source === 'existing' && readName === secret;
      const deletion = `the next apply of ${kept.name} deletes the secret \`${secret}\` in ${region.name}`;
      if (!stillReads && kept.before.protected)
        return [
          refuseLoss(change, {
            code: 'SONO343',
            path,
            what: deletion,
            wayOut: 'keep the settings of the secret',
            environment: kept.name,
            entry: kept.before,
          }),
        ];
      if (!stillReads)
        return [
          warn(change, {
            code: 'SONO604',
            path,
            what: deletion,
            fix: 'it can be restored within the recovery window',
          }),
        ];
      const address = `module.${region.name.replaceAll('-', '_')}[0]`;
      return [
        refuseLoss(change, {
          code: 'SONO333',
          path,
          what: `the next apply of ${kept.name} would delete the secret \`${secret}\` in ${region.name}, which the functions still read: Terraform manages it`,
          wayOut: `leave it \`managed\`, or first remove it from the state: \`terraform state rm '${address}.aws_secretsmanager_secret.${label}' '${address}.aws_secretsmanager_secret_version.${label}'\` in the environment's workspace`,
          allowedIf: 'that is done or the secret may be deleted',
          environment: kept.name,
          entry: kept.before,
        }),
      ];
    }),
  );
}
