/** Kaleyra's envelope: `{code, message, data, error}`, of which only `code` is always present. */

export interface Envelope {
  /** A number is read as its digits: Kaleyra's other APIs send one. */
  readonly code: string;
  /** `message`, or the first text in `error` if there is no `message`. */
  readonly message: string;
  readonly data: unknown;
  /** The keys of `error`, which say what was wrong. */
  readonly errorKeys: readonly string[];
  /** The message and every text in `error`. */
  readonly texts: readonly string[];
  /** Every text in `error`. */
  readonly errorTexts: readonly string[];
  /** Every text, also those in `data`, every key in `error`, and what `error` says of a code or PIN: `code is wrong`. */
  readonly textsAndKeys: readonly string[];
}

/** Parses a body. Returns `undefined` if it is not an envelope. */
export const parseEnvelope = (body: Buffer): Envelope | undefined => {
  const value = parseJson(decode(body));
  if (!isObject(value)) return undefined;
  const { message, data, error } = value;
  const code = typeof value['code'] === 'number' ? String(value['code']) : value['code'];
  if (typeof code !== 'string' || code === '') return undefined;
  const ofError = collect(error);
  const texts = [...collect(message).texts, ...ofError.texts];
  return {
    code,
    message: (typeof message === 'string' && message) || (ofError.texts[0] ?? ''),
    data,
    errorKeys: isObject(error) ? Object.keys(error) : [],
    texts,
    errorTexts: ofError.texts,
    textsAndKeys: [...texts, ...collect(data).texts, ...ofError.keys, ...ofError.codes],
  };
};

/** Whether a body is empty, or only a byte order mark and whitespace. */
export const isBlank = (body: Buffer): boolean => decode(body).trim() === '';

/** Whether a body is the beginning of a JSON object that does not end. */
export const isCutShort = (body: Buffer): boolean => {
  const text = decode(body).trimStart();
  return text.startsWith('{') && parseJson(text) === undefined;
};

/** Skips one byte order mark. */
const utf8 = new TextDecoder();

const decode = (body: Buffer): string => utf8.decode(body);

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const namesCode = /(?:^|[_-])(?:code|pin)$/i;

/** Returns all texts and keys of a value, in order. Not recursive, because 64 KiB can nest too deeply for the stack. */
const collect = (value: unknown) => {
  const texts: string[] = [];
  const keys: string[] = [];
  const codes: string[] = [];
  const values = [value];
  while (values.length > 0) {
    const next = values.pop();
    if (typeof next === 'string') texts.push(next);
    else if (Array.isArray(next)) values.push(...[...next].reverse());
    else if (isObject(next)) {
      keys.push(...Object.keys(next));
      for (const [key, text] of Object.entries(next)) {
        if (typeof text === 'string' && namesCode.test(key)) codes.push(`${key} ${text}`);
      }
      values.push(...Object.values(next).reverse());
    }
  }
  return { texts, keys, codes };
};
