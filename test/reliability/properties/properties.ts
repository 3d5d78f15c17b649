/**
 * What is promised of everything, tried on cases made at random. `npm test` tries a few of each, `npm run faults` some
 * 100,000 in all. A case that breaks a promise is told with the seed that makes it again.
 */
import fc, { type IAsyncProperty } from 'fast-check';
import { anyCourseOfEvents } from './credentials-properties.ts';
import {
  anyClaim,
  anyDirectEvent,
  anyHttpEvent,
  anyKaleyraAnswer,
  bothEntryPointsAlike,
} from './entry-point-properties.ts';
import { anyBytesBack, digitsUnchanged } from './wire-properties.ts';

export interface Property {
  readonly name: string;
  /** Tries so many cases. Rejects with the smallest one found that breaks the promise. */
  readonly check: (cases: number) => Promise<void>;
  /** Its part of all cases: those that need a socket each are dear. */
  readonly share: number;
}

const inMemory =
  <T>(property: IAsyncProperty<T>): Property['check'] =>
  (cases) =>
    fc.assert(property, { numRuns: cases });

export const properties: readonly Property[] = [
  {
    name: 'any HTTP event is answered in the catalogue, and never with a 5xx',
    check: inMemory(anyHttpEvent),
    share: 0.22,
  },
  {
    name: 'any direct input is answered in the catalogue, and never as a defect',
    check: inMemory(anyDirectEvent),
    share: 0.2,
  },
  { name: 'both entry points tell the same', check: inMemory(bothEntryPointsAlike), share: 0.16 },
  {
    name: "any answer of Kaleyra's ends in the catalogue, and leaks nothing",
    check: inMemory(anyKaleyraAnswer),
    share: 0.2,
  },
  {
    name: 'any claim opens the paths of those whom it names, and of nobody else',
    check: inMemory(anyClaim),
    share: 0.08,
  },
  {
    name: "any course of events leaves tenants' credentials apart, and none is kept too long",
    check: inMemory(anyCourseOfEvents),
    share: 0.08,
  },
  { name: 'an id leaves with the digits that it came with', check: digitsUnchanged, share: 0.04 },
  { name: 'any bytes for an answer end in the catalogue', check: anyBytesBack, share: 0.02 },
];

/** How many of `cases` a property tries. */
export const casesOf = ({ share }: Property, cases: number): number => Math.ceil(cases * share);
