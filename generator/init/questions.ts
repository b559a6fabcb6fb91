// The questions of init: each asks for something that is hard to change later. Pure.
import { readSetting } from '../spec/schema.ts';
import type { SpecAnswers } from './write-spec.ts';

export interface Question {
  readonly text: string;
  /** Why the answer matters. */
  readonly why: string;
  readonly fallback: string;
  readonly apply: (answers: SpecAnswers, typed: string) => SpecAnswers;
}

/** The answers that the options give; the questions for the others remain. */
export type Given = Partial<SpecAnswers>;

/** The questions that no option answers; those about accounts follow from the environments: `listAccountQuestions`. */
export function listQuestions(given: Given, suggested: SpecAnswers): Question[] {
  const { environments, projectName, recordingDays, bucketSuffix } = suggested;
  const [first] = environments;
  const questions: readonly (Question & { readonly key: keyof SpecAnswers })[] = [
    {
      key: 'projectName',
      text: 'Project name',
      why: 'First part of most names. AWS cannot rename a bucket or a table.',
      fallback: projectName,
      apply: (answers, typed) => ({ ...answers, projectName: typed }),
    },
    {
      key: 'environments',
      text: 'Environments, in their order of promotion',
      why: 'Each has its own bucket, table, API and settings.',
      fallback: environments.map(({ name }) => name).join(', '),
      apply: (answers, typed) => ({
        ...answers,
        environments: splitList(typed).map((name) => ({
          name,
          regions: first?.regions ?? [],
          accountId: '',
        })),
      }),
    },
    {
      key: 'environments',
      text: 'Regions, the primary one first',
      why: 'Recordings and results stay in their region. A later move copies them: npx sonotheia migrate-region.',
      fallback: first?.regions.join(', ') ?? '',
      apply: (answers, typed) => ({
        ...answers,
        environments: answers.environments.map((environment) => ({
          ...environment,
          regions: splitList(typed),
        })),
      }),
    },
    {
      key: 'alarmEmails',
      text: 'E-mail for alarms (empty for none)',
      why: 'Without one, alarms reach nobody. AWS asks the address for a confirmation.',
      fallback: '',
      apply: (answers, typed) => ({ ...answers, alarmEmails: splitList(typed) }),
    },
    {
      key: 'recordingDays',
      text: 'Days to keep recordings',
      why: `Voices are personal data: each is deleted after this time, ${describeDays()}.`,
      fallback: recordingDays,
      apply: (answers, typed) => ({ ...answers, recordingDays: typed }),
    },
    {
      key: 'bucketSuffix',
      text: 'End of the bucket names',
      why: 'A bucket name is unique among all accounts of AWS: account-id adds your account number; or type a text of your own.',
      fallback: bucketSuffix,
      apply: (answers, typed) => ({ ...answers, bucketSuffix: typed }),
    },
  ];
  return questions.filter(({ key }) => given[key] === undefined);
}

/** One question for each environment that has no account yet. */
export function listAccountQuestions({ environments }: SpecAnswers): Question[] {
  return environments
    .filter(({ accountId }) => accountId === '')
    .map(({ name }) => ({
      text: `AWS account of ${name}, 12 digits (empty for any)`,
      why: 'Terraform then refuses to deploy it into any other account.',
      fallback: '',
      apply: (answers, typed) => ({
        ...answers,
        environments: answers.environments.map((environment) =>
          environment.name === name ? { ...environment, accountId: typed } : environment,
        ),
      }),
    }));
}

export function splitList(text: string): string[] {
  return text.split(/[\s,;]+/).filter((item) => item !== '');
}

function describeDays(): string {
  const { minimum, maximum } = readSetting('s3', 'expiration_days');
  return `${minimum} to ${maximum} days`;
}
