// SONO1xx: the file and its YAML.
import type { CatalogueEntries } from './entry.ts';

export const SPEC_FILE_CODES = {
  SONO100: {
    title: 'The spec cannot be read.',
    explanation:
      'There is no file of that name, or it may not be read, or it is no file: a folder, a device or a named pipe. A symbolic link may lead to a file beside it or below its folder. Standard input is named `/dev/stdin`.',
    example: {
      situation: '`npm run generate -- --config nowhere.yaml`, where there is no such file.',
      remedy:
        'Run in the folder that holds `sonotheia.config.yaml`, or name the file with `--config path/to/file.yaml`.',
    },
  },
  SONO101: {
    title: 'The file is too large.',
    explanation:
      'A spec has at most 1 MB, and 5,000 lines and items of lists in brackets: it describes environments and holds no data. A hundred environments in five regions each, a line for each, take a seventh of that.',
    example: {
      situation: 'A file of more than 1,048,576 bytes, or of more than 5,000 lines, is given as the spec.',
      remedy: 'Give the spec itself, and keep data elsewhere.',
    },
  },
  SONO102: {
    title: 'The file is not UTF-8.',
    explanation:
      'YAML files are text in UTF-8. An editor on Windows may have saved it as UTF-16 or Windows-1252.',
    example: {
      situation: 'The file holds the byte `0xff`, as a file in UTF-16 does at its beginning.',
      remedy: 'Save it as UTF-8 in your editor.',
    },
  },
  SONO103: {
    title: 'The file is not valid YAML.',
    explanation:
      'A bracket or quote is left open, an indentation fits no level, a key stands twice, a colon or the space after it is missing, or a text begins with a character that means something else in YAML.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1
`,
      at: '4:14',
      fixed: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
`,
    },
  },
  SONO104: {
    title: 'The file uses a part of YAML that specs do without.',
    explanation:
      'Aliases, merge keys, tags, second documents, deep nesting and keys such as `__proto__` make a file that reads differently from what it says. Shared settings stand under `defaults`.',
    example: {
      failing: `project_name: acme-voice
environments:
  dev:
    regions: [us-east-1]
    lambda: &small { memory_size: 256 }
  prod:
    regions: [us-east-1]
    lambda: *small
`,
      at: '8:13',
      fixed: `project_name: acme-voice
defaults:
  lambda: { memory_size: 256 }
environments:
  dev:
    regions: [us-east-1]
  prod:
    regions: [us-east-1]
`,
    },
  },
  SONO105: {
    title: 'The file is empty.',
    explanation:
      'It holds nothing, or comments alone. A spec has at least a project name and one environment.',
    example: {
      failing: `# my first spec
`,
      at: '1:1',
      fixed: `# my first spec
project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
  SONO106: {
    title: 'A merge left a conflict.',
    explanation:
      'Git marks the lines on which two branches differ. The file must hold one of the two sides, or both put together, and none of the marks.',
    example: {
      failing: `project_name: acme-voice
environments:
<<<<<<< HEAD
  dev: { regions: [us-east-1] }
=======
  dev: { regions: [eu-west-1] }
>>>>>>> other
`,
      at: '3:1',
      fixed: `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
`,
    },
  },
} as const satisfies CatalogueEntries;
