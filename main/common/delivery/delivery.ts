import type { ConfigMapRef } from '../reference.ts';
import type { DocumentEdit } from '../yaml/value.ts';

// A delivery test's report, made in main/delivery.

export type StageName = 'proxy' | 'dns' | 'tcp' | 'tls' | 'http' | 'key' | 'accepted' | 'seen';

export const STAGES: readonly Exclude<StageName, 'seen'>[] = ['proxy', 'dns', 'tcp', 'tls', 'http', 'key', 'accepted'];

export type StageState = 'running' | 'passed' | 'warning' | 'failed' | 'not-reached';

export interface Stage {
  readonly name: StageName;
  readonly state: StageState;
  /** Milliseconds; absent if nothing was measured (not reached, or done by a proxy). */
  readonly milliseconds?: number;
  /** What was observed, in one line without keys. */
  readonly evidence: string;
  readonly fix?: string;
}

/** `hash` binds the result to type, URL, header and key by HMAC. */
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

export const UNSAVED_PRESET = 'unsaved';

export type DeliveryOutcome = 'running' | 'passed' | 'failed' | 'cancelled';

export interface DeliveryReport {
  /** Sent as `test_id`, to find the entry in Coralogix. */
  readonly id: string;
  readonly subject: DeliverySubject;
  readonly outcome: DeliveryOutcome;
  readonly summary: string;
  readonly startedAt: string;
  readonly milliseconds?: number;
  readonly url: string;
  readonly method: 'POST';
  readonly vantage: string;
  readonly stages: readonly Stage[];
  readonly status?: number;
  readonly body?: string;
  readonly payload: string;
  readonly warnings: readonly string[];
  /** The other host (`ingress.` or `api.`), if the URL failed and the other was tried. `edits` rewrite the URL. */
  readonly twin?: {
    readonly url: string;
    readonly outcome: 'passed' | 'failed';
    readonly summary: string;
    readonly edits?: readonly DocumentEdit[];
  };
  readonly notProven: string;
  readonly attempts: number;
  readonly curl: string;
  readonly key?: string;
  /** The preset whose key replaced a reference; the hash doesn't cover it. */
  readonly preset?: string;
  /** Seconds that the server asks clients to wait. */
  readonly retryAfter?: number;
  /** The likely cause with its reason; absent if the stages say it all. */
  readonly doctor?: string;
  readonly authority?: { readonly name: string; readonly isPrivate: boolean };
  readonly explore?: string;
  readonly sinceSuccess?: { readonly at: string; readonly changes: readonly string[] };
}

export interface TestAllProgress {
  readonly total: number;
  readonly done: number;
  readonly passed: number;
  readonly failed: number;
}
