import type { DeliveryReport } from './delivery.ts';
import * as strings from './strings.ts';

export const KEY_REFUSED = strings.keyRefused('');

/** Where a delivery test failed, in two or three words; undefined: only its summary says it. */
export function failureWords({ stages, status }: Pick<DeliveryReport, 'stages' | 'status'>): string | undefined {
  switch (stages.find(({ state }) => state === 'failed')?.name) {
    case 'proxy':
      return strings.refusedProxy;
    case 'dns':
      return strings.hostNotFound;
    case 'tcp':
      return strings.hostUnreachable;
    case 'tls':
      return strings.certificateNotTrusted;
    case 'key':
      return strings.keyRefused(status === undefined ? '' : ` (${status})`);
    case 'http':
    case 'accepted':
      return status === undefined ? strings.notAccepted : strings.httpStatus(status);
    default:
      return undefined;
  }
}
