import { SourceMap } from 'node:module';

/** The fields of V8's CPU profile that are used here; times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export type SourceMapData = ConstructorParameters<typeof SourceMap>[0];

/** Sums up the microseconds of a profile by part: package, folder of this project, or area of Node. Omits idle time and the profiler. */
export const attributeProfile = (
  { nodes, samples, timeDeltas }: CpuProfile,
  map?: SourceMapData,
): ReadonlyMap<string, number> => {
  const sourceMap = map && new SourceMap(map);
  const parts = new Map(nodes.map(({ id, callFrame }) => [id, partOfFrame(callFrame, sourceMap)]));
  const sums = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const part = parts.get(id);
    if (part === undefined) continue;
    sums.set(part, (sums.get(part) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return sums;
};

const partOfFrame = (
  { functionName, url, lineNumber, columnNumber }: CpuProfile['nodes'][number]['callFrame'],
  sourceMap: SourceMap | undefined,
): string | undefined => {
  if (functionName === '(idle)' || url === 'node:inspector') return undefined;
  if (url.startsWith('node:')) return partOfNode(url);
  if (url.endsWith('/index.mjs')) {
    const entry = sourceMap?.findEntry(lineNumber, columnNumber);
    return entry && 'originalSource' in entry ? partOfSource(entry.originalSource) : 'own code';
  }
  if (url.includes('/lambda-runtime/')) return 'runtime loop';
  return functionName.startsWith('(') ? functionName : 'V8 and native code';
};

/** The package that a source of the bundle belongs to, or its path in this project. */
export const partOfSource = (source: string): string => {
  const own = /functions\/verify-number\/(.+?)(?:\/[^/]+)?$/.exec(source);
  if (own && !source.includes('node_modules/')) return `own: ${own[1]}`;
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? source;
};

/** For example `node:internal/streams/readable` belongs to `node: streams`. */
const partOfNode = (url: string): string => {
  const [first = '', second = ''] = url.replace(/^node:(internal\/)?/, '').split('/');
  if (first === 'deps') return `node: ${second}`;
  return `node: ${first.replace(/^_/, '').replace(/_(client|server|common|incoming|outgoing|agent|wrap)$/, '')}`;
};
