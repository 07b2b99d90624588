import { isCoralogixHost } from '../../../main/common/coralogix/coralogix.ts';
import * as strings from './strings.ts';

/** Advice only: key shapes are undocumented (UUID, `cxtp_` and 30 characters; `cxup_` is a personal key). */
export function keyAdvice(entered: string): string | null {
  const key = entered.trim();
  if (key === '') return null;
  if (/^bearer\s/i.test(key)) return strings.bearerIsntPartKeySo;
  if (/^cxup_/.test(key)) return strings.looksLikePersonalKeyWhich;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key) || /^cxtp_[A-Za-z0-9]{30}$/.test(key)) return null;
  return strings.doesntLookLikeSendData;
}

export function readBackAdvice(entered: string): string | null {
  return /^cxtp_/.test(bareKey(entered)) ? strings.looksLikeSendDataKey : null;
}

/** Without blanks around it and the header's `Bearer `. */
export function bareKey(entered: string): string {
  return entered.trim().replace(/^bearer\s+/i, '');
}

/** null: looks normal. A private gateway is fine, a lookalike of Coralogix isn't. */
export function domainAdvice(domain: string): string | null {
  return isCoralogixHost(`api.${domain}`) ? null : strings.isntCoralogixDomainWhoeverRuns(domain);
}
