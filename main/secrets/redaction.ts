import * as strings from './strings.ts';

const MARK = '[redacted]';

/** Shorter ones would remove ordinary words. No key is that short. */
const SHORTEST = 4;

// Secrets by place or shape, known or not.
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]+@/gi, `$1${MARK}@`],
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"',;]+/gi, `$1${MARK}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${MARK}`],
  [/\b(private[_-]?key["']?\s*[:=]\s*["']?)[^\s"',;}]+/gi, `$1${MARK}`],
  // Coralogix's own shapes: Send-Your-Data and personal keys.
  [/\bcx(?:tp|up)_[A-Za-z0-9]{16,}/g, MARK],
  [/\bhttps:\/\/hooks\.slack\.com\/[^\s"'<>]+/gi, `https://hooks.slack.com/${MARK}`],
];

// SECURITY: the one place that guards logs, errors, reports and diffs.
export class Redaction {
  readonly #known = new Set<string>();
  /** Longest first: a secret may hold another one. */
  #sorted: readonly string[] = [];

  add(secret: string): void {
    const before = this.#known.size;
    for (const form of forms(secret.trim())) if (form.length >= SHORTEST) this.#known.add(form);
    if (this.#known.size > before) this.#sorted = [...this.#known].sort((a, b) => b.length - a.length);
  }

  redact(text: string): string {
    let result = text;
    for (const secret of this.#sorted) result = result.replaceAll(secret, MARK);
    for (const [pattern, replacement] of PATTERNS) result = result.replace(pattern, replacement);
    return result;
  }

  /** Redacts plain data (keys of maps too), errors, maps and sets; anything else becomes text. */
  redactValue(value: unknown): unknown {
    return this.#walk(value, new Set());
  }

  #walk(value: unknown, above: ReadonlySet<unknown>): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return this.redact(String(value));
    if (typeof value !== 'object' || value === null) return value;
    if (above.has(value)) return '[circular]';
    const within = new Set(above).add(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item, within));
    if (value instanceof Error) return this.#error(value, within);
    if (value instanceof Date) return value.toISOString();
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return strings.byteLengthBytes(value.byteLength);
    if (value instanceof Map) return this.#walk(Object.fromEntries(value), within);
    if (value instanceof Set) return this.#walk([...value], within);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [this.redact(name), this.#walk(item, within)]));
  }

  // SECURITY: only these fields. Libraries attach headers and bodies (config, request, response).
  #error(error: Error, within: ReadonlySet<unknown>): unknown {
    const { code } = error as { code?: unknown };
    return {
      name: error.name,
      message: this.redact(error.message),
      ...(typeof code === 'string' ? { code: this.redact(code) } : {}),
      ...(error.stack === undefined ? {} : { stack: this.redact(error.stack) }),
      ...(error.cause === undefined ? {} : { cause: this.#walk(error.cause, within) }),
    };
  }
}

function forms(secret: string): readonly string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
    encodeURIComponent(secret),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret, 'utf8').toString('base64url'),
  ];
}
