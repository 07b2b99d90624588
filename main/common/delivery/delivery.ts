import type { ConfigMapRef } from '../reference.ts';
import type { DocumentEdit } from '../yaml/value.ts';

// What a delivery test says. Made in main/delivery, shown by the window, the tray and the copied report.

export type StageName = 'proxy' | 'dns' | 'tcp' | 'tls' | 'http' | 'key' | 'accepted' | 'seen';

/** In the order in which a request goes through them. `seen` is there only when it was asked for. */
export const STAGES: readonly Exclude<StageName, 'seen'>[] = ['proxy', 'dns', 'tcp', 'tls', 'http', 'key', 'accepted'];

export type StageState = 'running' | 'passed' | 'warning' | 'failed' | 'not-reached';

export interface Stage {
  readonly name: StageName;
  readonly state: StageState;
  /** Milliseconds; absent where nothing was measured (a stage that a proxy does for us, or that was not reached). */
  readonly milliseconds?: number;
  /** What was seen: addresses, protocol, issuer, status … One line, scrubbed of keys. */
  readonly evidence: string;
  /** The one thing to do, when it failed or warns. */
  readonly fix?: string;
}

/** What was tested. `hash` binds the result to the configuration: type, URL, header and key, under the installation's HMAC key. */
export type DeliverySubject =
  | {
      readonly kind: 'integration';
      readonly ref: ConfigMapRef;
      readonly integration: number;
      readonly target?: number;
      readonly hash: string;
      readonly unsaved: boolean;
    }
  | { readonly kind: 'preset'; readonly id: string; readonly hash: string };

/** The id under which a preset's test stands that is not saved yet. */
export const UNSAVED_PRESET = 'unsaved';

export type DeliveryOutcome = 'running' | 'passed' | 'failed' | 'cancelled';

export interface DeliveryReport {
  /** The test's id: stands in the payload as `test_id`, so that it can be looked for in Coralogix. */
  readonly id: string;
  readonly subject: DeliverySubject;
  readonly outcome: DeliveryOutcome;
  /** One sentence for a row: "Accepted by ingress.eu2.coralogix.com in 214 ms", "Key refused (401) by …". */
  readonly summary: string;
  /** When it started, ISO 8601. */
  readonly startedAt: string;
  readonly milliseconds?: number;
  /** The exact URL, credentials masked. */
  readonly url: string;
  readonly method: 'POST';
  /** "From this computer (host name), through proxy X": where it was tested from. */
  readonly vantage: string;
  readonly stages: readonly Stage[];
  /** HTTP status, when one came. */
  readonly status?: number;
  /** First 500 characters of the answer, scrubbed. */
  readonly body?: string;
  /** The exact body that was sent, key masked. */
  readonly payload: string;
  /** What to know although it passed: another URL answered, no Coralogix domain, a private issuer, a retry was needed … */
  readonly warnings: readonly string[];
  /** The `ingress.`/`api.` twin, when the URL failed and the twin was tried. `edits` rewrite the URL. */
  readonly twin?: {
    readonly url: string;
    readonly outcome: 'passed' | 'failed';
    readonly summary: string;
    readonly edits?: readonly DocumentEdit[];
  };
  /** What a pass does not prove, in a line. */
  readonly notProven: string;
  readonly attempts: number;
  /** The request as a line for a POSIX shell, with `$CORALOGIX_KEY` for the key. */
  readonly curl: string;
  /** Fingerprint of the key. */
  readonly key?: string;
  /** The preset whose key stood in for a reference's: the configuration's hash does not know it. */
  readonly preset?: string;
  /** Seconds for which the server wants to be left alone. */
  readonly retryAfter?: number;
  /** What is most likely wrong with region, kind of key or path, and why; absent where nothing more is known than the stages say. */
  readonly doctor?: string;
  /** Who stands behind the certificate. kAudit has to trust a private authority too. */
  readonly authority?: { readonly name: string; readonly isPrivate: boolean };
  /** The entry on the team's pages in Coralogix; absent where the region or the team's name is not known. */
  readonly explore?: string;
  /** What is not as it was when this integration last passed; absent where it did not fail or never passed. */
  readonly sinceSuccess?: { readonly at: string; readonly changes: readonly string[] };
}

/** Progress of "test all". */
export interface TestAllProgress {
  readonly total: number;
  readonly done: number;
  readonly passed: number;
  readonly failed: number;
}
