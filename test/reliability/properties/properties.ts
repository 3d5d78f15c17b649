/**
 * The properties of the function, tried on random cases: 1,000 of them by `npm test`, 110,000 by `npm run faults`. A case
 * that breaks one is reported with the seed that creates it again.
 */
import fc, { type IAsyncProperty } from 'fast-check';
import { anySequenceOfEvents } from './credentials-properties.ts';
import {
  anyClaim,
  anyDirectEvent,
  anyHttpEvent,
  anyKaleyraResponse,
  sameByBothEntryPoints,
} from './entry-point-properties.ts';
import { anyBytesReceived, digitsUnchanged } from './wire-properties.ts';

export interface Property {
  readonly name: string;
  /** Tries that many cases. Rejects with the smallest one that breaks the property. */
  readonly check: (cases: number) => Promise<void>;
  /** Its share of all cases. Cases with a socket take longer. */
  readonly share: number;
}

const inMemory =
  <T>(property: IAsyncProperty<T>): Property['check'] =>
  (cases) =>
    fc.assert(property, { numRuns: cases });

export const properties: readonly Property[] = [
  {
    name: 'any HTTP event leads to a verification or a 4xx of the catalogue',
    check: inMemory(anyHttpEvent),
    share: 0.22,
  },
  {
    name: 'any direct input leads to a verification or a code of the catalogue, never to a defect',
    check: inMemory(anyDirectEvent),
    share: 0.2,
  },
  { name: 'both entry points report the same', check: inMemory(sameByBothEntryPoints), share: 0.16 },
  {
    name: "any response of Kaleyra's leads to a code of the catalogue and leaks nothing",
    check: inMemory(anyKaleyraResponse),
    share: 0.2,
  },
  {
    name: 'any claim authorizes only for the tenants that it lists',
    check: inMemory(anyClaim),
    share: 0.08,
  },
  {
    name: "any sequence of events keeps tenants' credentials separate, and none for too long",
    check: inMemory(anySequenceOfEvents),
    share: 0.08,
  },
  { name: 'any id is sent with its own digits', check: digitsUnchanged, share: 0.04 },
  { name: 'any bytes from Kaleyra lead to a code of the catalogue', check: anyBytesReceived, share: 0.02 },
];

/** Returns how many of `cases` a property tries. */
export const getCases = ({ share }: Property, cases: number): number => Math.ceil(cases * share);
