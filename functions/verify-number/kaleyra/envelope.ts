/** Kaleyra's envelope: `{code, message, data, error}`, of which only `code` is always present. */

export interface Envelope {
  readonly code: string;
  readonly message: string;
  readonly data: unknown;
  /** The keys of `error`, which say what was wrong. */
  readonly errorKeys: readonly string[];
  /** The message and every text in `error`. */
  readonly texts: readonly string[];
  /** Every text, also those in `data`, and every key in `error`, at any depth. */
  readonly textsAndKeys: readonly string[];
}

/** Parses a body. Returns `undefined` if it is not an envelope. */
export const parseEnvelope = (body: Buffer): Envelope | undefined => {
  const value = parseJson(decode(body));
  if (!isObject(value) || typeof value['code'] !== 'string' || value['code'] === '') return undefined;
  const { code, message, data, error } = value;
  const errorContents = collect(error);
  const texts = [...collect(message).texts, ...errorContents.texts];
  return {
    code,
    message: typeof message === 'string' ? message : '',
    data,
    errorKeys: isObject(error) ? Object.keys(error) : [],
    texts,
    textsAndKeys: [...texts, ...collect(data).texts, ...errorContents.keys],
  };
};

/** Whether a body is the beginning of a JSON object that does not end. */
export const isCutShort = (body: Buffer): boolean => {
  const text = decode(body).trimStart();
  return text.startsWith('{') && parseJson(text) === undefined;
};

/** The decoder skips one byte order mark. */
const decode = (body: Buffer): string => new TextDecoder().decode(body);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns all texts and keys of a value. Not recursive, because 64 KiB can nest too deeply for the stack. */
const collect = (value: unknown): { readonly texts: string[]; readonly keys: string[] } => {
  const texts: string[] = [];
  const keys: string[] = [];
  const values = [value];
  while (values.length > 0) {
    const next = values.pop();
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) values.push(...next);
    else if (isObject(next)) {
      keys.push(...Object.keys(next));
      values.push(...Object.values(next));
    }
  }
  return { texts, keys };
};
