/** What the console's page knows about this sandbox: `GET /console/data.json`. */
import {
  type Actor,
  type FailureCode,
  failureCodes,
  getDefinition,
  type PasswordChecked,
} from '../../../functions/verify-number/core/failures.ts';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import { failureGuide } from '../../reference/failure-guide.ts';
import { sampleRequest, toSamplePhoneNumber } from '../../reference/sample-request.ts';
import { functionName } from '../gateway/lambda-context.ts';
import { triggerRows } from '../kaleyra/outcomes.ts';
import { brokenTenants, rememberingTenantId } from '../tenants/seed-tenants.ts';
import { type CodeLanguage, codeLanguages } from './request-code.ts';

export interface ConsoleOptions {
  readonly pod: Pod;
  /** Where the function sends its requests to Kaleyra, in words: of the simulator, the host that it plays. */
  readonly kaleyraHost: string;
  readonly isKaleyraSimulated: boolean;
  readonly region: string;
  readonly tenantIds: readonly string[];
  /** A token that is authorized for every tenant, if callers need one. */
  readonly token?: string | undefined;
  /** A token that is authorized for another tenant than any of these. */
  readonly strangerToken?: string | undefined;
  readonly kaleyraTimeoutMs: number;
  /** Whether attempts are counted, and refused if they cannot be. */
  readonly refusesUncounted: boolean;
}

export interface ConsoleData extends ConsoleOptions {
  readonly functionName: string;
  readonly sample: Readonly<Record<keyof typeof sampleRequest, string>>;
  readonly groups: readonly OutcomeGroup[];
  readonly guide: Readonly<Record<FailureCode, GuideEntry>>;
  readonly languages: readonly CodeLanguage[];
}

/** Outcomes that the same party has to act on. */
export interface OutcomeGroup {
  readonly actor: Actor | 'none';
  readonly outcomes: readonly OutcomeChoice[];
}

export interface OutcomeChoice {
  /** Unique: the code, and the last four digits of the phone number if they select it. */
  readonly key: string;
  readonly code: FailureCode | 'Verified';
  readonly status: number;
  readonly lastFour?: string;
  /** One sentence, with code in backticks. */
  readonly sentence: string;
  /** The request that has this outcome. Absent: a request alone cannot have it. */
  readonly request?: RequestChoice;
}

/** A request of the console: the fields, and what is sent with them. */
interface RequestChoice {
  readonly fields: Readonly<Record<keyof typeof sampleRequest, string>>;
  readonly extra?: 'text/plain' | 'padding' | 'no-claim' | 'use-up';
}

interface GuideEntry {
  readonly status: number;
  readonly title: string;
  readonly actor: Actor;
  readonly retryable: boolean;
  readonly passwordChecked: PasswordChecked;
  readonly meaning: string;
  readonly remedy: string;
  readonly retry: string;
}

export const createConsoleData = (options: ConsoleOptions): ConsoleData => ({
  ...options,
  functionName,
  sample: sampleRequest,
  groups: groupOutcomes(options),
  guide: Object.fromEntries(failureCodes.map((code) => [code, toGuideEntry(code)])) as ConsoleData['guide'],
  languages: codeLanguages,
});

const toGuideEntry = (code: FailureCode): GuideEntry => {
  const { status, title, actor, retryable, passwordChecked } = getDefinition(code);
  const { meaning, remedy, retry } = failureGuide[code];
  return { status, title, actor, retryable, passwordChecked, meaning, remedy, retry };
};

const actors = ['none', 'caller', 'tenant', 'operator', 'Kaleyra'] as const;

const groupOutcomes = (options: ConsoleOptions): OutcomeGroup[] => {
  const choices = triggerRows.map((trigger) => toChoice(trigger, options));
  return actors.map((actor) => ({
    actor,
    outcomes: choices.filter(({ code }) => getActor(code) === actor),
  }));
};

const getActor = (code: FailureCode | 'Verified'): OutcomeGroup['actor'] =>
  code === 'Verified' ? 'none' : getDefinition(code).actor;

const toChoice = (
  { outcome, trigger }: (typeof triggerRows)[number],
  options: ConsoleOptions,
): OutcomeChoice => {
  const status = outcome === 'Verified' ? 200 : getDefinition(outcome).status;
  if ('lastFour' in trigger) {
    const { lastFour, happens } = trigger;
    const fields = { ...sampleRequest, phone_number: toSamplePhoneNumber(lastFour) };
    const sentence = toSentence(`number ends in \`${lastFour}\`: ${happens}`);
    return { key: `${outcome}-${lastFour}`, code: outcome, status, lastFour, sentence, request: { fields } };
  }
  const request = trigger.changes
    ? { fields: { ...sampleRequest, ...trigger.changes } }
    : toRequestWithExtra(outcome, options);
  return {
    key: outcome,
    code: outcome,
    status,
    sentence: toSentence(trigger.instead),
    ...(request && { request }),
  };
};

/** Outcomes that need more than a field of the form, or more than one call. */
const toRequestWithExtra = (
  outcome: FailureCode | 'Verified',
  { token, refusesUncounted }: ConsoleOptions,
): RequestChoice | undefined => {
  const fields = sampleRequest;
  switch (outcome) {
    case 'UnsupportedMediaType':
      return { fields, extra: 'text/plain' };
    case 'RequestTooLarge':
      return { fields, extra: 'padding' };
    case 'TenantForbidden':
      return token === undefined ? undefined : { fields, extra: 'no-claim' };
    case 'TooManyAttempts':
      return { fields, extra: 'use-up' };
    case 'AlreadyVerified':
      return { fields: { ...fields, tenant_id: rememberingTenantId } };
    case 'AttemptsUnavailable':
      return refusesUncounted ? { fields: { ...fields, tenant_id: brokenTenants.uncountable } } : undefined;
    default:
      return undefined;
  }
};

const toSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
