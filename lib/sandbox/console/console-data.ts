/** What the console's page knows about this sandbox: `GET /console/data.json`. */
import { routeKey } from '../../../functions/verify-number/core/contract.ts';
import {
  type Actor,
  type FailureCode,
  failureCodes,
  getDefinition,
} from '../../../functions/verify-number/core/failures.ts';
import type { Pod } from '../../../functions/verify-number/kaleyra/pods.ts';
import { failureGuide } from '../../reference/failure-guide.ts';
import { sampleRequest, toSamplePhoneNumber } from '../../reference/sample-request.ts';
import { functionName } from '../gateway/lambda-context.ts';
import { triggerRows } from '../kaleyra/outcomes.ts';
import { brokenTenants, rememberingTenantId } from '../tenants/seed-tenants.ts';
import { codeLanguages } from './request-code.ts';

export interface ConsoleOptions {
  readonly pod: Pod;
  /** The host that the function sends its requests to. If Kaleyra is simulated, its real host. */
  readonly kaleyraHost: string;
  readonly isKaleyraSimulated: boolean;
  readonly region: string;
  readonly tenantIds: readonly string[];
  /** A token that is authorized for every tenant, if callers need one. */
  readonly token?: string | undefined;
  /** A token that is not authorized for any tenant, if callers need one. */
  readonly tokenWithoutTenant?: string | undefined;
  readonly kaleyraTimeoutMs: number;
  /** Whether attempts are counted, and refused if they cannot be. */
  readonly refusesUncounted: boolean;
}

export type ConsoleData = ReturnType<typeof createConsoleData>;

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

export const createConsoleData = (options: ConsoleOptions) => ({
  ...options,
  functionName,
  routeKey,
  sample: sampleRequest as RequestChoice['fields'],
  groups: groupOutcomes(options),
  guide: Object.fromEntries(failureCodes.map((code) => [code, toGuideEntry(code)])) as Record<
    FailureCode,
    ReturnType<typeof toGuideEntry>
  >,
  languages: codeLanguages,
});

/** What to do about a code. How to retry depends on the channel: only HTTP has `Retry-After`. */
const toGuideEntry = (code: FailureCode) => {
  const { meaning, remedy, retry } = failureGuide[code];
  const { retryAfterSeconds } = getDefinition(code);
  const direct = retry.replace('the seconds in `Retry-After`', `${retryAfterSeconds} seconds`);
  return { ...getDefinition(code), meaning, remedy, retry: { http: retry, direct } };
};

const actors = ['none', 'caller', 'tenant', 'operator', 'Kaleyra'] as const;

const groupOutcomes = (options: ConsoleOptions): OutcomeGroup[] => {
  const choices = triggerRows.map((row) => toChoice(row, options));
  const getActor = (code: OutcomeChoice['code']) =>
    code === 'Verified' ? 'none' : getDefinition(code).actor;
  return actors.map((actor) => ({
    actor,
    outcomes: choices.filter(({ code }) => getActor(code) === actor),
  }));
};

const toChoice = (
  { outcome: code, trigger }: (typeof triggerRows)[number],
  options: ConsoleOptions,
): OutcomeChoice => {
  const status = code === 'Verified' ? 200 : getDefinition(code).status;
  if ('lastFour' in trigger) {
    const { lastFour, happens } = trigger;
    const fields = { ...sampleRequest, phone_number: toSamplePhoneNumber(lastFour) };
    const sentence = toSentence(`number ends in \`${lastFour}\`: ${happens}`);
    return { key: `${code}-${lastFour}`, code, status, sentence, request: { fields } };
  }
  const request = trigger.changes ? { changes: trigger.changes } : getOtherRequests(options)[code];
  const { changes, extra } = request ?? {};
  return {
    key: code,
    code,
    status,
    sentence: toSentence(trigger.instead),
    ...(request && { request: { fields: { ...sampleRequest, ...changes }, ...(extra && { extra }) } }),
  };
};

interface OtherRequest {
  readonly changes?: Partial<RequestChoice['fields']>;
  readonly extra?: RequestChoice['extra'];
}

/** Requests for outcomes that need more than a field of the form, or more than one call. */
const getOtherRequests = ({
  token,
  refusesUncounted,
}: ConsoleOptions): Partial<Record<OutcomeChoice['code'], OtherRequest>> => ({
  UnsupportedMediaType: { extra: 'text/plain' },
  RequestTooLarge: { extra: 'padding' },
  TooManyAttempts: { extra: 'use-up' },
  AlreadyVerified: { changes: { tenant_id: rememberingTenantId } },
  ...(token !== undefined && { TenantForbidden: { extra: 'no-claim' } }),
  ...(refusesUncounted && { AttemptsUnavailable: { changes: { tenant_id: brokenTenants.uncountable } } }),
});

const toSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
