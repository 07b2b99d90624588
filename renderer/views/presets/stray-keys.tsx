import type { ReactNode } from 'react';
import { endpointOf } from '../../../main/common/coralogix/coralogix.ts';
import { Button } from '../../components/button.tsx';
import type { KeyUse } from './key-usage.ts';
import * as strings from './strings.ts';

/** Keys that no preset has or had. Each can become a preset without being shown. */
export function StrayKeys({ uses, adopt }: { readonly uses: readonly KeyUse[]; readonly adopt: (use: KeyUse) => void }): ReactNode {
  const keys = [...Map.groupBy(uses, ({ target }) => target.key.fingerprint ?? '')];
  if (keys.length === 0) return null;
  return (
    <section aria-labelledby="stray-keys">
      <h2 id="stray-keys">{strings.keysWithoutPreset}</h2>
      <ul className="cards">
        {keys.map(([fingerprint, [first, ...more]]) => (
          <li key={fingerprint} className="card">
            <div className="key-row">
              <span className="code">{fingerprint}</span>
              <span>
                {first?.words}
                {more.length > 0 && (
                  <span className="quiet" title={more.map(({ words }) => words).join('\n')}>
                    {strings.andMore(more.length)}
                  </span>
                )}
              </span>
              {first && canAdopt(first) && (
                <Button small aria-label={strings.createPresetKey(fingerprint)} onPress={() => adopt(first)}>
                  {strings.createPreset}
                </Button>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A preset's key goes to `api.` or `ingress.` of a domain. */
function canAdopt({ target }: KeyUse): boolean {
  return adoptedPlace(target.host) !== undefined;
}

export function adoptedPlace(host: string | undefined): { domain: string; endpoint: 'api' | 'ingress' } | undefined {
  const found = host === undefined ? null : endpointOf(`https://${host}/`);
  return found === null || found.endpoint === 'other' ? undefined : { domain: found.domain, endpoint: found.endpoint };
}
