import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import type { IntegrationState } from '../../../main/common/integration/reading/integration.ts';
import type { DocumentEdit } from '../../../main/common/yaml/value.ts';

/** What the panel takes from the table's row. */
export interface PanelRow {
  /** "Detections", "Detections findings". */
  readonly what: string;
  readonly state: IntegrationState | 'none';
  readonly configMap: { readonly instance: string };
  readonly test?: unknown;
  readonly report?: DeliveryReport;
  readonly problem?: PanelProblem;
}

export interface PanelProblem {
  readonly tone: 'bad' | 'warn';
  readonly message: string;
  /** The same in a few words, if there are any. */
  readonly brief?: string;
  readonly fix?:
    | { readonly kind: 'open'; readonly label: string; readonly edits?: readonly DocumentEdit[] }
    | { readonly kind: 'report'; readonly label: string; readonly report: string }
    | { readonly kind: 'preset'; readonly label: string; readonly preset: string };
}
