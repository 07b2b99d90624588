// SECURITY: which names and which texts are taken for secrets.

/** A piece of a text, in UTF-16 offsets. */
export interface SecretPart {
  readonly start: number;
  readonly end: number;
}

/** Says what a secret is called, or how it is written, and is none itself: `http-api-token-header`, `aws-resource-key-prefix`. */
const ABOUT = /(?:^|[-_./])(?:header|prefix)$/;

const SECRET_WORDS =
  /token|secret|passw|passphrase|passcode|pwd|credential|bearer|authoriz|signature|connection-?string|jaas|webhook|(?:^|[-_./])(?:pass|auth|sas|dsn|cookie|keys?|pat|pin|otp|jwt)(?:$|[-_./])|key$|keys$|slack-?ur[il]/;

/** Whether a field of this name holds a secret. `val-*` entries do; `ref/…` fields do unless their value is a reference. */
export function isSecretName(name: string): boolean {
  const words = name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/^ref\//, '');
  if (words.startsWith('val-')) return true;
  return !ABOUT.test(words) && SECRET_WORDS.test(words);
}

// Keys that give themselves away by their form: Coralogix, AWS, Slack, GitHub, a JWT, an HTTP authentication header, a private key.
const SHAPES =
  /\bcx[a-z]{2}_[A-Za-z0-9]{6,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bxox[abeoprs]-[\w-]{8,}|\bgh[pousr]_[A-Za-z0-9]{16,}|\beyJ[\w-]{8,4000}\.[\w-]{8,}\.[\w-]*|\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY|hooks\.slack\.com\/(?:services|workflows|triggers)\/\S/;

/** Whether a value is a secret by its form alone, whatever its field is called. */
export function isSecretShaped(value: string): boolean {
  return SHAPES.test(value);
}

/** Keys in running text, which no field name announces: the shapes above, UUIDs (Coralogix's older keys), long runs of letters and digits. */
const SHAPES_IN_TEXT = new RegExp(
  `(?:${SHAPES.source})\\S*|\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b|(?<![\\w+/=-])(?=[\\w+/=-]{24})(?=[\\w+=-]*\\d)(?=[\\w+=-]*[A-Za-z])[\\w+/=-]{24,}`,
  'g',
);

export function secretShapesIn(text: string): SecretPart[] {
  const parts: SecretPart[] = [];
  // Not `matchAll`, which copies the pattern: this is asked of every line of every comment of a fleet.
  SHAPES_IN_TEXT.lastIndex = 0;
  for (let match = SHAPES_IN_TEXT.exec(text); match !== null; match = SHAPES_IN_TEXT.exec(text)) {
    parts.push({ start: match.index, end: SHAPES_IN_TEXT.lastIndex });
  }
  return parts;
}

// Bounded, as all patterns here: each start may look only so far, or a line of 1 MiB takes minutes.
const URL_IN_TEXT = /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/[^\s"'<>]+/g;

/** `user:password@` and secret-looking parameters in every URL of a text. */
export function secretPartsOfUrls(text: string): SecretPart[] {
  const parts: SecretPart[] = [];
  // Most lines hold none, and looking for one takes ten times as long.
  if (!text.includes('://')) return parts;
  for (const url of text.matchAll(URL_IN_TEXT)) {
    const authority = url[0].indexOf('://') + 3;
    const rest = url[0].slice(authority);
    // Up to the last @ before the path: a password may hold one that nobody escaped.
    const credentials = /^[^/?#]*@/.exec(rest)?.[0];
    const from = url.index + authority;
    if (credentials !== undefined && credentials.length > 1) parts.push({ start: from, end: from + credentials.length - 1 });
    for (const parameter of rest.matchAll(/[?&#;]([^=&#;?]+)=([^&#;]+)/g)) {
      const name = parameter[1] ?? '';
      const value = parameter[2] ?? '';
      if (!isSecretName(name) && !/^(?:sig|code|api-?key|access|se)$/i.test(name) && !isSecretShaped(value)) continue;
      const end = from + parameter.index + parameter[0].length;
      parts.push({ start: end - value.length, end });
    }
  }
  return parts;
}

/** `password=…` inside a value, as connection strings and Kafka's JAAS lines have it. */
export function assignmentsIn(text: string): SecretPart[] {
  const parts: SecretPart[] = [];
  for (const match of text.matchAll(
    /(?:password|passwd|pwd|secret|token|access-?key|account-?key)\s*=\s*("[^"]*"?|'[^']*'?|[^\s;,&]+)/gi,
  )) {
    const end = match.index + match[0].length;
    parts.push({ start: end - (match[1] ?? '').length, end });
  }
  return parts;
}
