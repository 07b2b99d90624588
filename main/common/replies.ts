import type { DeliveryReport } from './delivery/delivery.ts';
import type { Managed } from './fleet/fleet.ts';
import type { ConflictPlace, Refusal } from './history/refusal.ts';
import type { DocumentDiff, DocumentState, Edit, Field, Integration, NamedValue, Problem } from './integration/reading/integration.ts';
import type { ConfigMapRef } from './reference.ts';
import type { Path } from './yaml/value.ts';

// What commands return, beyond the state itself. Nothing of it holds a key or unmasked text.

/** What may be done with a ConfigMap, asked of the API server itself. */
export interface Permissions {
  readonly update: boolean;
  /** What is missing: the verb, and the Role that grants it, as YAML ready for kubectl. */
  readonly missing: { readonly verb: string; readonly role: string } | null;
  /** The user marked the cluster as read-only; the API server was not asked. */
  readonly marked?: boolean;
}

/** A secret of the document: told apart by its fingerprint, never shown. */
export interface SecretInfo {
  readonly path: Path;
  /** What stands in the masked text in its place. */
  readonly mask: string;
  readonly fingerprint: string;
  /** The preset that has the same key. */
  readonly preset?: string;
  /** The preset that had this key before its present one. */
  readonly formerPreset?: string;
}

export interface ConfigMapView {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  /** `data["audit-integration"]`, every secret masked. */
  readonly text: string;
  readonly state: DocumentState;
  readonly integrations: readonly Integration[];
  readonly values: readonly NamedValue[];
  /** Entries that are neither, as they stand. */
  readonly others: readonly Field[];
  readonly problems: readonly Problem[];
  readonly secrets: readonly SecretInfo[];
  readonly permissions: Permissions;
  readonly managedBy: Managed | null;
}

export interface Preview {
  /** The text after the edits, every secret masked (also those just entered). */
  readonly text: string;
  readonly diff: DocumentDiff;
  readonly state: DocumentState;
  readonly integrations: readonly Integration[];
  readonly values: readonly NamedValue[];
  /** Entries that are neither, as they stand. */
  readonly others: readonly Field[];
  readonly problems: readonly Problem[];
  readonly secrets: readonly SecretInfo[];
  /** What a restore takes away of what others changed since, and what it cannot bring back as it was. */
  readonly notes?: readonly string[];
}

export type PreviewReply =
  | ({ readonly outcome: 'preview' } & Preview)
  /** An edit cannot be proved, a mask is unknown, the base is not known any more … */
  | Refusal;

export type ApplyReply =
  /** Read back and compared. `merged`: what others had changed meanwhile and was kept, one sentence each. */
  | {
      readonly outcome: 'saved';
      readonly resourceVersion: string;
      readonly merged: readonly string[];
      readonly configMap: ConfigMapView;
      /** The revision that the history has of it; absent: the text was the same already, or the history could not be kept. */
      readonly revision?: string;
    }
  /** Nothing was written. Values are masked. `reason` says which of the ways a conflict came about. */
  | {
      readonly outcome: 'conflict';
      readonly reason: string;
      readonly conflicts: readonly ConflictPlace[];
      /** Who wrote the text that is there now, and when. */
      readonly writer?: { readonly manager: string; readonly at: string };
      readonly base: string | null;
      readonly mine: string | null;
      readonly theirs: string;
      readonly resourceVersion: string;
    }
  | { readonly outcome: 'forbidden'; readonly verb: string; readonly role: string; readonly reason: string }
  | { readonly outcome: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] }
  | { readonly outcome: 'managed'; readonly managedBy: Managed }
  /** A restore or an undo that cannot be made as it is. Nothing was written. */
  | Refusal
  | { readonly outcome: 'gone'; readonly reason: string }
  /** It was sent, and the answer was lost. `fleet.unsettled` lists it, and tells how it ended. */
  | { readonly outcome: 'unknown'; readonly reason: string };

export interface KeptDraft {
  /** Keys that were typed and are not kept: they have to be entered again. */
  readonly lostKeys: number;
}

export type DraftReply =
  | { readonly outcome: 'none' }
  /** `edits` are for `base`, the version that the cluster has now. `older`: they were made on another one. */
  | ({
      readonly outcome: 'draft';
      readonly base: string;
      readonly edits: readonly Edit[];
      /** ISO 8601. */
      readonly savedAt: string;
      readonly older: boolean;
    } & KeptDraft)
  /** They cannot be made on what the cluster has now. `mine`: the text that they made, masked. */
  | { readonly outcome: 'conflict'; readonly base: string; readonly savedAt: string; readonly reason: string; readonly mine: string };

export type DeliveryReply =
  | { readonly outcome: 'passed' | 'failed' | 'cancelled'; readonly report: DeliveryReport }
  /** The key would go to a host that the user has to agree to first: ask, then send the same again with `confirmed: true`. */
  | { readonly outcome: 'confirm'; readonly host: string; readonly question: string }
  /**
   * Nothing was sent: another target type, a reference without a value, no URL … `reference`: the key is a reference that this computer cannot
   * follow; send the same again with the `preset` that has that key.
   */
  | { readonly outcome: 'not-testable'; readonly reason: string; readonly reference?: string };

export type SeenReply =
  | { readonly outcome: 'seen' | 'not-seen' | 'cancelled'; readonly report: DeliveryReport }
  /** Nothing was asked: no such report, no preset with a read-back key for that domain … */
  | { readonly outcome: 'not-testable'; readonly reason: string };
