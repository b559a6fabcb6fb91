// SONO5xx: the folder that is written.
import type { CatalogueEntries } from './entry.ts';

export const OUTPUT_CODES = {
  SONO501: {
    title: 'A file is in the way that this generator did not make.',
    explanation:
      'A file without the header of generated files, which no earlier run has recorded, is never overwritten.',
    example: {
      situation: '`out/main.tf` was written by hand.',
      remedy: 'Move the file elsewhere, or delete it, and generate again.',
    },
  },
  SONO502: {
    title: 'Something else stands where a file or folder must be.',
    explanation: 'The generator replaces files by files alone.',
    example: {
      situation: '`out/modules` is a file.',
      remedy: 'Move it elsewhere, or delete it.',
    },
  },
  SONO503: {
    title: 'A symbolic link is in the way.',
    explanation: 'The generator does not write through links, which may lead out of the folder.',
    example: {
      situation: '`out/modules` links to another folder.',
      remedy: 'Replace the link by a real file or folder.',
    },
  },
  SONO504: {
    title: 'The manifest is damaged.',
    explanation:
      '`out/.sonotheia-manifest.json` records what the generator wrote. Without it nothing could be deleted safely.',
    example: {
      situation: 'The manifest was edited by hand.',
      remedy:
        'Restore it from version control (`git checkout HEAD -- <file>`), or delete it together with the zips in `lambda/`; then generate again. Conflict markers of a merge are no damage: generating resolves them.',
    },
  },
  SONO505: {
    title: 'Two names differ in case alone.',
    explanation: 'On macOS and Windows they would be one file.',
    example: {
      situation: '`out/Main.tf` exists beside the generated `out/main.tf`.',
      remedy: 'Rename or delete the file that is not generated.',
    },
  },
  SONO506: {
    title: 'A path is not safe to write.',
    explanation: 'A generated path must stay inside the folder and have a name that every system can hold.',
    example: {
      situation: 'A generated path holds `..` or a name that Windows reserves.',
      remedy: 'Change the name in the spec that the path is made of.',
    },
  },
  SONO507: {
    title: 'The folder cannot be read or written.',
    explanation:
      'The disk is full, or permissions are missing. The tree is the old one, or the next run completes it.',
    example: {
      situation: 'The disk is full, or `out/` belongs to another user.',
      remedy: 'Make room, or make the folder writable, and run again.',
    },
  },
  SONO508: {
    title: 'Another run is writing the folder.',
    explanation: 'Only one run writes at a time; this one has waited for fifteen seconds.',
    example: {
      situation: 'Two runs write the same folder at once.',
      remedy: 'Wait for the other one. If none is running, delete the lock that the message names.',
    },
  },
  SONO509: {
    title: 'A file is no longer generated, but was kept.',
    explanation: 'It was edited by hand since it was written, so that deleting it could lose work.',
    example: {
      situation: '`out/modules/sonotheia/s3.tf` was edited, and the spec no longer asks for it.',
      remedy: 'Take over what you need, and delete the file yourself.',
    },
  },
  SONO510: {
    title: 'Terraform in the folder that the generator did not write.',
    explanation:
      'Terraform reads every file of its kinds in the folder and in the module. One that nobody named in the spec could change what is deployed, or run a program on the machine that deploys. So could a committed `.terraform/modules/modules.json`: `terraform init` reads modules from where it says. `generate` leaves it alone; `generate --check`, `deploy` and the workflow refuse it.',
    example: {
      situation: '`out/alerts.tf` was added by hand.',
      remedy: 'Delete it or move it elsewhere; or name it: `terraform: { extra_files: [alerts.tf] }`.',
    },
  },
  SONO511: {
    title: 'The output folder is none.',
    explanation:
      'A tree is written into a folder of its own. It is not written into the root of the disk, a home folder, a repository, the folder of the spec or one above it, a folder of the generator, or over a file.',
    example: {
      situation: '`npm run generate -- --out ..`',
      remedy: 'Name a folder of its own, such as `--out out`.',
    },
  },
} as const satisfies CatalogueEntries;
