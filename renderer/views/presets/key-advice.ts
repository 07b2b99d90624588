import { isCoralogixHost } from '../../../main/common/coralogix/coralogix.ts';

/** Advice only: key shapes are undocumented (UUID, `cxtp_` and 30 characters; `cxup_` is a personal key). */
export function keyAdvice(entered: string): string | null {
  const key = entered.trim();
  if (key === '') return null;
  if (/^bearer\s/i.test(key)) return '“Bearer ” isn’t part of the key, so it’s left out.';
  if (/^cxup_/.test(key)) return 'This looks like a personal key, which can query but not send logs. Enter a Send-Your-Data key.';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key) || /^cxtp_[A-Za-z0-9]{30}$/.test(key)) return null;
  return 'This doesn’t look like a Send-Your-Data key (a UUID, or cxtp_ and 30 letters and digits). You can save it anyway.';
}

export function readBackAdvice(entered: string): string | null {
  return /^cxtp_/.test(bareKey(entered))
    ? 'This looks like a Send-Your-Data key, which can send but not query. Enter a personal or team key.'
    : null;
}

/** Without blanks around it and the header's `Bearer `. */
export function bareKey(entered: string): string {
  return entered.trim().replace(/^bearer\s+/i, '');
}

/** null: looks normal. A private gateway is fine, a lookalike of Coralogix isn't. */
export function domainAdvice(domain: string): string | null {
  return isCoralogixHost(`api.${domain}`) ? null : `${domain} isn’t a Coralogix domain: whoever runs it gets the key.`;
}
